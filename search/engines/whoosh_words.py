"""Who meets the words of a question, and how well: terms, phrases, compounds and understood codes over one view."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from search.engines.bits import bits_of, numbers_of
from search.engines.whoosh_snapshot import View
from search.ranking import SATURATION, UNDERSTOOD_OTHERWISE, Told, Weights, told
from search.reading import Reading, read, telling
from search.spelling import WordList, nearest
from search.terms import field_term
from search.text import Token, stem
from search.vocabulary import Understood, Vocabulary
from search.words import Asked, Term

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Who bears a code that a term was understood as, and what that counts."""

    kind: str
    people: int
    worth: float


@dataclass(frozen=True, slots=True)
class Held:
    """Who meets one term, by its words and by its meanings."""

    words: Scores
    meanings: tuple[Meaning, ...] = ()

    def scores(self) -> Scores:
        """The score of each who meets the term."""
        if not self.meanings:
            return self.words
        best: Scores = {}
        for one in self.meanings:
            for document in numbers_of(one.people):
                if one.worth > best.get(document, -1.0):
                    best[document] = one.worth
        for document, score in self.words.items():
            best[document] = best.get(document, 0.0) + score
        return best

    def told(self, document: int) -> Told:
        """What one person's score consists of."""
        words = self.words.get(document, 0.0)
        bearing = [one for one in self.meanings if one.people >> document & 1]
        if not bearing:
            return Told(words)
        best = max(bearing, key=lambda one: one.worth)
        return Told(words, best.kind, best.worth)


@dataclass(slots=True)
class Found:
    """Who meets each clause, with a score; and the bits of those who hold something excluded."""

    clauses: list[Scores] = field(default_factory=list)
    terms: list[tuple[Held, ...]] = field(default_factory=list)
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

    def meeting_any_but(self, places: Collection[int]) -> int:
        """The bits of the people who meet any clause but those at these places."""
        met = 0
        for at, bits in enumerate(self.bits):
            if at not in places:
                met |= bits
        return met & ~self.excluded

    def coverage(self, document: int) -> int:
        """How many of the clauses a person meets."""
        return sum(document in scores for scores in self.clauses)

    def told(self, document: int) -> list[Told]:
        """For each clause what the person's meeting it counts."""
        return [
            max((held.told(document) for held in terms), key=lambda one: one.total) for terms in self.terms
        ]


class WordSearch:
    """Reads questions and finds who meets them, for one view."""

    def __init__(self, view: View, vocabulary: Vocabulary, known: WordList, weights: Weights) -> None:
        self._view = view
        self._vocabulary = vocabulary
        self._known = known
        self._weights = weights

    def read(self, words: str, *, loosely: bool = False) -> Reading:
        """The question with unknown words replaced by the nearest known ones; known words are never bent."""
        return read(words, self._vocabulary, self, loosely=loosely)

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
            terms = tuple(self._term(term) for term in clause)
            scores = _any_of(terms)
            found.terms.append(terms)
            found.clauses.append(scores)
            found.bits.append(bits_of(scores, size))
        for term in asked.excluded:
            found.excluded |= bits_of(self._term(term).scores(), size)
        return found

    def _term(self, term: Term) -> Held:
        if term.is_phrase:
            return Held(self._phrase([part for token in term.tokens for part in token.parts], term.field))
        words = _all_of([self._token(token, term.field) for token in telling(term)])
        return Held(words, tuple(self._meaning(concept) for concept in term.concepts))

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

    def _meaning(self, concept: Understood) -> Meaning:
        people = self._view.people_with(concept.kind, concept.codes)
        weight = self._weights.understood.get(concept.kind, UNDERSTOOD_OTHERWISE)
        return Meaning(concept.kind, people, told(weight, self._view.rarity(people.bit_count())))

    def _scored(self, weights: dict[int, float]) -> Scores:
        """Weighted mentions as a score that grows ever slower, larger for rarer words."""
        rarity = self._view.rarity(len(weights)) * (SATURATION + 1.0)
        return {document: rarity * w / (w + SATURATION) for document, w in weights.items()}


def _any_of(terms: tuple[Held, ...]) -> Scores:
    """Who meets any of the terms, with the best of their scores."""
    if len(terms) == 1:
        return terms[0].scores()
    best: Scores = {}
    for held in terms:
        for document, score in held.scores().items():
            if score > best.get(document, -1.0):
                best[document] = score
    return best


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
