"""The words of a question as native queries over one view; and the words that the view knows, for spelling."""

from __future__ import annotations

from collections.abc import Iterable

from tantivy import Occur, Query

from search.engines.tantivy_generation import View, all_of, any_of
from search.ranking import UNDERSTOOD_OTHERWISE, told
from search.reading import telling
from search.spelling import WordList, nearest, one_edit_away
from search.terms import field_term
from search.text import Token, stem
from search.words import Asked, Term

# (facet, codes) for all that a term was understood as.
Concept = tuple[str, tuple[str, ...]]
Meaning = tuple[Concept, ...]


class WordQueries:
    """Makes the queries for one view; a `search.reading.Lexicon` too."""

    def __init__(self, view: View, known: WordList) -> None:
        self._view = view
        self._known = known

    def clauses(self, asked: Asked) -> list[Query]:
        """For each clause who meets it, scored nearly as `WordScores` does."""
        return [any_of([self.term(term) for term in clause]) for clause in asked.clauses]

    def term(self, term: Term) -> Query:
        """Who meets one term of the question."""
        if term.is_phrase:
            return all_of([self._view.phrase(stems_in_row(term.tokens)), *self._in_field(term, term.tokens)])
        words = all_of(self._in_field(term, telling(term)) or [self._token(one) for one in telling(term)])
        if not term.concepts:
            return words
        meant = [
            Query.const_score_query(self._view.meaning([one]), worth_of(self._view, one))
            for one in meaning_of(term)
        ]
        return Query.boolean_query([(Occur.Should, words), (Occur.Should, any_of(meant))])

    def is_taxonomy(self, word: str) -> bool:
        """Whether the taxonomy knows the word."""
        return word in self._known.words

    def is_held(self, token: Token) -> bool:
        """Whether anybody's profile holds the word as it is."""
        if self._view.living(stem(token.joined)):
            return True
        return len(token.parts) > 1 and self._view.number(self._view.phrase(stems_in_row((token,)))) > 0

    def holders(self, term: str) -> int:
        """How many people hold a stem."""
        return self._view.living(term)

    def near(self, word: str) -> Iterable[tuple[int, str]]:
        """(edits, known word) for the words that may have been meant."""
        # The index is asked for each word that one edit makes before all its words are read.
        if word.isascii() and not self._view.has_words:
            made = one_edit_away(word) - {word}
            close = [one for one in made if one in self._known.words or self._view.holds_word(one)]
            if close:
                return nearest(word, (WordList(close),))
        return nearest(word, (self._view.words, self._known))

    def _in_field(self, term: Term, words: Iterable[Token]) -> list[Query]:
        """Each word in the field that the term names; nothing where it names none."""
        if not term.field:
            return []
        return [self._view.term(field_term(term.field, one)) for one in stems_in_row(words)]

    def _token(self, token: Token) -> Query:
        whole = self._view.term(stem(token.joined))
        if len(token.parts) == 1:
            return whole
        return any_of([whole, self._view.phrase(stems_in_row((token,)))])


def stems_in_row(words: Iterable[Token]) -> tuple[str, ...]:
    """The stems that have to stand in a row."""
    return tuple(stem(part) for word in words for part in word.parts)


def meaning_of(term: Term) -> Meaning:
    """(facet, codes) for all that a term was understood as."""
    return tuple((concept.kind, concept.codes) for concept in term.concepts)


def worth_of(view: View, concept: Concept) -> float:
    """What it counts to bear any of the codes of a concept."""
    weight = view.generation.weights.understood.get(concept[0], UNDERSTOOD_OTHERWISE)
    return told(weight, view.rarity_of_meaning((concept,)))
