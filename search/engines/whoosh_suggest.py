"""What somebody who began to type may mean: people and words, of what they may find."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from search.engines.whoosh_snapshot import View
from search.results import Suggestion
from search.text import STOPWORDS, stem, tokens

SHORTEST = 2
_WORDS_TRIED = 40
_PREFIX_MAX = 80


def suggestions(view: View, prefix: str, size: int) -> tuple[Suggestion, ...]:
    """People first, by standing; then words, by how many people hold them."""
    wanted = " ".join(token.joined for token in tokens(prefix[:_PREFIX_MAX]))
    if len(wanted) < SHORTEST or size < 1:
        return ()
    people = _people(view, wanted)[:size]
    words = _words(view, wanted)[: size - len(people)] if " " not in wanted else []
    return (*people, *(Suggestion("word", word) for word in words))


def _people(view: View, wanted: str) -> list[Suggestion]:
    snapshot = view.snapshot
    found = set()
    for segment, offset in zip(snapshot.segments, snapshot.offsets, strict=True):
        names = segment.names
        at = bisect_left(names, (wanted, -1))
        while at < len(names) and names[at][0].startswith(wanted):
            number = names[at][1] + offset
            if view.listed >> number & 1:
                found.add(number)
            at += 1
    ordered = sorted(found, key=lambda number: (-snapshot.standings[number], number))
    people = (snapshot.facts[number] for number in ordered)
    return [Suggestion("person", facts.name, facts.id) for facts in people if facts]


def _words(view: View, wanted: str) -> list[str]:
    holders = {}
    for word in _beginning(view, wanted):
        held = len(view.weights_of(stem(word)))
        if held and word not in STOPWORDS:
            holders[word] = held
    return sorted(holders, key=lambda word: (-holders[word], word))


def _beginning(view: View, wanted: str) -> Iterator[str]:
    for segment in view.snapshot.segments:
        for words in segment.sorted_words[: view.tier + 1]:
            at = bisect_left(words, wanted)
            for word in words[at : at + _WORDS_TRIED]:
                if word.startswith(wanted):
                    yield word
