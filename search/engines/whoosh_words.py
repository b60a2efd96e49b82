"""Who meets the words of a question, and how well: terms, phrases, compounds and understood codes over one view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from search.engines.bits import bits_of, numbers_of
from search.engines.whoosh_snapshot import View
from search.ranking import SATURATION, Weights
from search.reading import Reading, read, telling
from search.spelling import WordList, nearest
from search.terms import field_term
from search.text import Token, stem
from search.vocabulary import Vocabulary
from search.words import Asked, Term

Scores = dict[int, float]


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
        return read(words, self._vocabulary, self)

    def is_taxonomy(self, word: str) -> bool:
        """Whether the taxonomy knows the word."""
        return word in self._known.words

    def is_held(self, token: Token) -> bool:
        """Whether anybody's profile holds the word as it is."""
        return bool(self._token(token))

    def holders(self, term: str) -> int:
        """How many people hold a stem."""
        return len(self._view.weights_of(term))

    def near(self, word: str) -> Iterable[tuple[int, str]]:
        """(edits, known word) for the words that may have been meant."""
        return nearest(word, (*self._view.word_lists(), self._known))

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

    def _any_of(self, clause: tuple[Term, ...]) -> Scores:
        best: Scores = {}
        for term in clause:
            for document, score in self._term(term).items():
                if score > best.get(document, -1.0):
                    best[document] = score
        return best

    def _term(self, term: Term) -> Scores:
        if term.is_phrase:
            return self._phrase([part for token in term.tokens for part in token.parts], term.field)
        scores = _all_of([self._token(token, term.field) for token in telling(term)])
        if term.concepts:
            scores = dict(scores)
            for document, score in self._concepts(term).items():
                scores[document] = scores.get(document, 0.0) + score
        return scores

    def _token(self, token: Token, field: str = "") -> Scores:
        scores = self._scored(self._view.weights_of(field_term(field, stem(token.joined))))
        if len(token.parts) == 1:
            return scores
        apart = self._phrase(list(token.parts), field)
        return apart | scores

    def _phrase(self, words: list[str], field: str) -> Scores:
        stems = [field_term(field, stem(word)) for word in words]
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
