"""Who meets the words of a question, and how well: terms, phrases, compounds and understood codes over one view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from search.engines.bits import bits_of, numbers_of
from search.engines.whoosh_snapshot import View
from search.ranking import SATURATION, Weights
from search.results import Correction
from search.spelling import WordList, edits_allowed, nearest
from search.text import STOPWORDS, Token, stem
from search.vocabulary import Vocabulary
from search.words import Asked, Term, clean, parse

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it will be answered, mistyped words corrected."""

    asked: Asked
    corrections: tuple[Correction, ...] = ()


@dataclass(slots=True)
class Found:
    """Who meets each clause, with a score; and the bits of those who hold something excluded."""

    clauses: list[Scores] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)
    excluded: int = 0

    def holding(self, needed: int) -> int:
        """The bits of the people who meet at least so many of the clauses."""
        # levels[n] holds who met at least n + 1 of the clauses seen so far.
        levels = [0] * needed
        for bits in self.bits:
            for level in range(needed - 1, 0, -1):
                levels[level] |= levels[level - 1] & bits
            levels[0] |= bits
        return levels[-1] & ~self.excluded

    def coverage(self, document: int) -> int:
        """How many of the clauses a person meets."""
        return sum(document in scores for scores in self.clauses)


class WordSearch:
    """Reads questions and finds who meets them, for one view."""

    def __init__(self, view: View, vocabulary: Vocabulary, known: WordList, weights: Weights) -> None:
        self._view = view
        self._vocabulary = vocabulary
        self._known = known
        self._weights = weights

    def read(self, words: str) -> Reading:
        """The question with unknown words replaced by the nearest known ones; known words are never bent."""
        text = clean(words)
        asked = parse(text, self._vocabulary.understand(text))
        corrections: list[tuple[Token, str]] = []
        for token in _plain_words(asked):
            better = self._better(token)
            if better:
                corrections.append((token, better))
        if not corrections:
            return Reading(asked)
        made = []
        corrected = text
        for token, better in sorted(corrections, key=lambda pair: -pair[0].start):
            made.append(Correction(text[token.start : token.end], better))
            corrected = corrected[: token.start] + better + corrected[token.end :]
        return Reading(parse(corrected, self._vocabulary.understand(corrected)), tuple(reversed(made)))

    def find(self, asked: Asked) -> Found:
        """Who meets each clause of the question."""
        found = Found()
        size = self._view.snapshot.size
        for clause in asked.clauses:
            scores = self._any_of(clause)
            found.clauses.append(scores)
            found.bits.append(bits_of(scores, size))
        for term in asked.excluded:
            found.excluded |= bits_of(self._term(term), size)
        return found

    def stems_of(self, term: Term) -> tuple[str, ...]:
        """The index terms that a term of the question is looked up by, for reasons and for marking."""
        stems = {stem(token.joined) for token in _telling(term)}
        stems.update(stem(part) for token in _telling(term) for part in token.parts if len(part) > 1)
        return tuple(sorted(stems))

    def _any_of(self, clause: tuple[Term, ...]) -> Scores:
        best: Scores = {}
        for term in clause:
            for document, score in self._term(term).items():
                if score > best.get(document, -1.0):
                    best[document] = score
        return best

    def _term(self, term: Term) -> Scores:
        if term.is_phrase:
            return self._phrase([part for token in term.tokens for part in token.parts])
        scores = _all_of([self._token(token) for token in _telling(term)])
        if term.concepts:
            scores = dict(scores)
            for document, score in self._concepts(term).items():
                scores[document] = scores.get(document, 0.0) + score
        return scores

    def _token(self, token: Token) -> Scores:
        scores = self._scored(self._view.weights_of(stem(token.joined)))
        if len(token.parts) == 1:
            return scores
        apart = self._phrase(list(token.parts))
        return apart | scores

    def _phrase(self, words: list[str]) -> Scores:
        stems = [stem(word) for word in words]
        held = [self._view.weights_of(term) for term in stems]
        if len(held) == 1:
            return self._scored(held[0])
        candidates = set(held[0]).intersection(*held[1:])
        found = {d: sum(weights[d] for weights in held) for d in candidates if self._in_a_row(stems, d)}
        return self._scored(found)

    def _in_a_row(self, stems: list[str], document: int) -> bool:
        starts = set(self._view.places_of(stems[0], document))
        for further, term in enumerate(stems[1:], 1):
            starts &= {place - further for place in self._view.places_of(term, document)}
            if not starts:
                return False
        return True

    def _concepts(self, term: Term) -> Scores:
        bits = 0
        for concept in term.concepts:
            bits |= self._view.people_with(concept.kind, concept.codes)
        people = numbers_of(bits)
        return self._scored(dict.fromkeys(people, self._weights.understood))

    def _scored(self, weights: dict[int, float]) -> Scores:
        """Weighted mentions as a score that grows ever slower, larger for rarer words."""
        rarity = self._view.rarity(len(weights)) * (SATURATION + 1.0)
        return {document: rarity * w / (w + SATURATION) for document, w in weights.items()}

    def _better(self, token: Token) -> str | None:
        typed = token.joined
        if not edits_allowed(typed) or typed in STOPWORDS or typed in self._known.words or self._token(token):
            return None
        # A word may stand in the lists only because of people who have left since.
        alive = [
            (edits, word[0] != typed[0], -holders, word)
            for edits, word in nearest(typed, (*self._view.word_lists(), self._known))
            if (holders := len(self._view.weights_of(stem(word)))) or word in self._known.words
        ]
        # Fewest edits first, then the same first letter, then the word that most people hold.
        return min(alive)[-1] if alive else None


def _plain_words(asked: Asked) -> Iterable[Token]:
    """The single words looked for that were not understood as anything."""
    for clause in asked.clauses:
        for term in clause:
            if not (term.is_phrase or term.concepts):
                yield from term.tokens


def _telling(term: Term) -> tuple[Token, ...]:
    """The words of a term without those that say nothing, unless there are no others."""
    return tuple(token for token in term.tokens if token.joined not in STOPWORDS) or term.tokens


def _all_of(parts: list[Scores]) -> Scores:
    """Who has all the parts, with the sum of their scores."""
    if len(parts) == 1:
        return parts[0]
    fewest = min(parts, key=len)
    return {
        document: sum(part[document] for part in parts)
        for document in fewest
        if all(document in part for part in parts)
    }
