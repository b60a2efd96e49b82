"""The words of a question as people type them: plain words, "a phrase", -without, one OR other. Never an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from search.text import SMALL_TALK, STOPWORDS, Token, composed, stem, tokens
from search.vocabulary import Understood

MAX_LENGTH = 2_000
MAX_TERMS = 48
# A paragraph is longer than a question, and says most things in its first lines.
MAX_TOLD = 64
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# What may stand before a colon, and the field of a document that is then looked at alone.
FIELD_NAMES = {
    "name": "name",
    "employer": "employer",
    "company": "employer",
    "firm": "employer",
    "title": "job_title",
    "job": "job_title",
    "role": "job_title",
    "city": "city",
    "place": "city",
    "university": "affiliations",
    "alumni": "affiliations",
    "tie": "affiliations",
}
# The same before a word of the reference data: the word is then understood as that alone.
MEANING_NAMES = {
    "market": "market",
    "country": "market",
    "sector": "sector",
    "help": "help",
    "language": "language",
}
_FIELD = "|".join((*FIELD_NAMES, *MEANING_NAMES))
_PIECE = re.compile(
    rf'(?P<minus>-?)(?:(?P<field>{_FIELD}):)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must all be there (as a phrase: in a row), or instead of them a code they were understood as.

    With a `field` (a field of the document) only words of that field count. `kind` is the only facet that the
    words may be understood as, where the question says so.
    """

    tokens: tuple[Token, ...]
    is_phrase: bool = False
    is_excluded: bool = False
    concepts: tuple[Understood, ...] = ()
    field: str = ""
    kind: str = ""

    @property
    def start(self) -> int:
        """Where the words begin in the question."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where they end."""
        return self.tokens[-1].end

    @property
    def is_empty_talk(self) -> bool:
        """Whether nothing but words like "the" stands here."""
        return not (self.is_phrase or self.concepts) and all(t.joined in STOPWORDS for t in self.tokens)

    @property
    def is_small_talk(self) -> bool:
        """Whether these are words that any paragraph about a firm is full of."""
        if self.is_phrase or self.concepts or self.field:
            return False
        return all(t.joined in SMALL_TALK or t.joined in STOPWORDS for t in self.tokens)


@dataclass(frozen=True, slots=True)
class Leading:
    """The codes of one facet that a question names, any of which has to be borne, and the clauses that name them."""

    facet: str
    codes: tuple[str, ...]
    clauses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: each clause must be met by one of its terms, none of the excluded may be there."""

    text: str
    clauses: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...]
    understood: tuple[Understood, ...]

    @property
    def leading(self) -> Leading | None:
        """What all else stands back behind: the markets named, else the sectors; None without either.

        Who knows the market but not every word may help; who knows the words but not the market cannot.
        """
        for kind in ("market", "sector"):
            places, codes = set(), []
            for at, clause in enumerate(self.clauses):
                meant = [one for term in clause for one in term.concepts if one.kind == kind]
                if meant:
                    places.add(at)
                    codes += [code for one in meant for code in one.codes]
            if places:
                return Leading(kind, tuple(dict.fromkeys(codes)), frozenset(places))
        return None

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was typed (signs without a word are not nothing: they find nobody)."""
        return not self.text.strip()

    @property
    def has_terms(self) -> bool:
        """Whether there is anything to look for or to leave out."""
        return bool(self.clauses or self.excluded)


def clean(words: str) -> str:
    """The typed words in the form that `Token` and `Understood` places count in."""
    # Half a surrogate pair can be typed into an address but neither looked up nor shown.
    whole = words[:MAX_LENGTH].encode("utf-8", "replace").decode()
    return composed(whole).translate(_QUOTES)


def parse(text: str, understood: Iterable[Understood] = ()) -> Asked:
    """The question in a cleaned text, with what the vocabulary understood of it put to its words."""
    items: list[Term | None] = list(_scan(text))
    used = _understood(items, understood)
    clauses, excluded = _grouped(items)
    telling = tuple(clause for clause in clauses if not all(term.is_empty_talk for term in clause))
    # "Sell cheese in Japan" asks for cheese and Japan: whoever says "sell" of themselves fits no better.
    weighty = tuple(clause for clause in telling if not all(term.is_small_talk for term in clause))
    unwanted = {one for term in excluded for one in term.concepts}
    meant = tuple(one for one in used if one not in unwanted)
    return Asked(text, weighty or telling or tuple(clauses), tuple(excluded), meant)


def parse_told(text: str, understood: Iterable[Understood] = ()) -> Asked:
    """A cleaned paragraph taken apart: each telling word and each thing understood once, signs without a meaning."""
    items: list[Term | None] = [Term((token,)) for token in tokens(text)]
    used = _understood(items, understood)
    seen: dict[object, Term] = {}
    for item in items:
        if item is not None and not (item.is_empty_talk or item.is_small_talk):
            meant = tuple((one.kind, one.codes) for one in item.concepts)
            seen.setdefault(meant or tuple(stem(token.joined) for token in item.tokens), item)
    # What was understood tells more than single words.
    chosen = sorted(seen.values(), key=lambda term: not term.concepts)[:MAX_TOLD]
    chosen.sort(key=lambda term: term.start)
    told = {concept for term in chosen for concept in term.concepts}
    return Asked(text, tuple((term,) for term in chosen), (), tuple(one for one in used if one in told))


def _understood(items: list[Term | None], understood: Iterable[Understood]) -> tuple[Understood, ...]:
    """Puts what was understood to its words; what of it was used, in the order of the text."""
    used: list[Understood] = []
    spans = sorted(understood, key=lambda u: (u.start - u.end, u.start))
    for (start, end), group in groupby(spans, key=lambda u: (u.start, u.end)):
        used.extend(_put(items, start, end, tuple(group)))
    return tuple(sorted(used, key=lambda u: (u.start, u.kind)))


def _scan(text: str) -> Iterable[Term | None]:
    """The terms in order; None stands for OR."""
    count = 0
    for piece in _PIECE.finditer(text):
        if piece["bare"] in ("OR", "|") and not piece["field"]:
            yield None
            continue
        name = "phrase" if piece["bare"] is None else "bare"
        offset = piece.start(name)
        found = [replace(t, start=t.start + offset, end=t.end + offset) for t in tokens(piece[name])]
        is_phrase = piece["bare"] is None
        said = (piece["field"] or "").lower()
        for group in [tuple(found)] if is_phrase else [(token,) for token in found]:
            if group and count < MAX_TERMS:
                count += 1
                yield Term(
                    group,
                    is_phrase=is_phrase,
                    is_excluded=bool(piece["minus"]),
                    field=FIELD_NAMES.get(said, ""),
                    kind=MEANING_NAMES.get(said, ""),
                )


def _put(
    items: list[Term | None], start: int, end: int, concepts: tuple[Understood, ...]
) -> tuple[Understood, ...]:
    """Joins the plain terms of a stretch into one that its concepts may stand for; the concepts that it took."""
    inside = [i for i, item in enumerate(items) if item and item.start >= start and item.end <= end]
    if not inside or inside[-1] - inside[0] != len(inside) - 1:
        return ()
    terms = [item for i in inside if (item := items[i]) is not None]
    first = terms[0]
    if any(t.is_phrase or t.concepts or t.field or t.is_excluded != first.is_excluded for t in terms):
        return ()
    taken = tuple(one for one in concepts if first.kind in ("", one.kind))
    if not taken:
        return ()
    joined = tuple(token for term in terms for token in term.tokens)
    items[inside[0] : inside[-1] + 1] = [replace(first, tokens=joined, concepts=taken)]
    return taken


def _grouped(items: list[Term | None]) -> tuple[list[tuple[Term, ...]], list[Term]]:
    clauses: list[tuple[Term, ...]] = []
    excluded: list[Term] = []
    joins_last = False
    for item in items:
        if item is None:
            joins_last = bool(clauses)
        elif item.is_excluded:
            excluded.append(item)
            joins_last = False
        elif joins_last:
            clauses[-1] = (*clauses[-1], item)
            joins_last = False
        else:
            clauses.append((item,))
    return clauses, excluded
