"""What somebody who began to type may mean: people and words, of what they may find."""

from __future__ import annotations

from tantivy import Query

from search.engines.tantivy_generation import View, all_of
from search.engines.tantivy_schema import SHORTEST_START, start_of
from search.results import Suggestion
from search.text import STOPWORDS, stem, tokens

_WORDS_TRIED = 40
_PEOPLE_TRIED = 200
_PREFIX_MAX = 80


def suggestions(view: View, prefix: str, size: int) -> tuple[Suggestion, ...]:
    """People first, by standing; then words, by how many people hold them."""
    typed = [token.joined for token in tokens(prefix[:_PREFIX_MAX])]
    if len(" ".join(typed)) < SHORTEST_START or size < 1:
        return ()
    people = _people(view, typed, size)
    words = _words(view, typed[0])[: size - len(people)] if len(typed) == 1 else []
    return (*people, *(Suggestion("word", word) for word in words))


def _people(view: View, typed: list[str], size: int) -> list[Suggestion]:
    """Whose name has, from one of its words on, what was typed."""
    schema = view.generation.schema
    starts = {start_of(word) for word in typed if len(word) >= SHORTEST_START}
    holding = [Query.term_query(schema, "name_starts", start, "basic") for start in sorted(starts)]
    # With one short word there is nothing that a name could hold and yet not begin with.
    tried = size if len(typed) == 1 and typed[0] in starts else _PEOPLE_TRIED
    found = view.searcher.search(all_of([view.listed(), *holding]), tried, count=False, order_by_field="best")
    wanted = " ".join(typed)
    people: list[Suggestion] = []
    for _, address in found.hits:
        facts = view.generation.kept(address).facts
        if any(rest.startswith(wanted) for rest in _rests(facts.name)):
            people.append(Suggestion("person", facts.name, facts.id))
            if len(people) == size:
                break
    return people


def _rests(name: str) -> list[str]:
    words = [token.joined for token in tokens(name)]
    return [" ".join(words[at:]) for at in range(len(words))]


def _words(view: View, typed: str) -> list[str]:
    holders = {
        word: held
        for word in view.words_beginning(typed, _WORDS_TRIED)
        if word not in STOPWORDS and (held := view.living(stem(word)))
    }
    return sorted(holders, key=lambda word: (-holders[word], word))
