"""What the address of the search page asks: words, facets, order, page; and addresses with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from network.domain.text import fold
from network.web.paging import page_number
from search import FACETS, Sort

MAX_WORDS = 200
# An address is written by hand as well: more choices than this are no question.
MAX_CODES = 40
MAX_CODE = 60
ORDERS = {sort.value: sort for sort in Sort}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the address puts it."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] | None = None
    sort: Sort = Sort.BEST
    page: int = 1

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The facets with a choice."""
        return dict(self.filters or {})

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked at all."""
        return not self.words and not self.filters

    def args(self) -> dict[str, object]:
        """The question as parameters of its address, defaults left out."""
        args: dict[str, object] = {"q": self.words} if self.words else {}
        args |= {name: list(codes) for name, codes in self.chosen.items()}
        if self.sort is not Sort.BEST:
            args["sort"] = self.sort.value
        if self.page > 1:
            args["page"] = self.page
        return args

    def without(self, facet: str, code: str | None = None) -> Asked:
        """The same without a choice, or without all of a facet; from the first page."""
        left = tuple(one for one in self.chosen.get(facet, ()) if code is not None and one != code)
        filters = {name: codes for name, codes in self.chosen.items() if name != facet}
        return replace(self, filters=filters | ({facet: left} if left else {}), page=1)

    def with_only(self, facet: str, codes: tuple[str, ...]) -> Asked:
        """The same with just these choices of a facet; from the first page."""
        return replace(self, filters=self.chosen | {facet: codes}, page=1)

    def only(self, facet: str) -> Asked:
        """Just the choices of one facet; from the first page."""
        return replace(self, words="", filters={facet: self.chosen.get(facet, ())}, page=1)

    def with_page(self, page: int) -> Asked:
        """The same on another page."""
        return replace(self, page=page)

    def without_words(self) -> Asked:
        """The same without the words; from the first page."""
        return replace(self, words="", page=1)

    def without_filters(self) -> Asked:
        """The words alone; from the first page."""
        return replace(self, filters={}, page=1)


def asked_by(args: MultiDict[str, str]) -> Asked:
    """The question of an address. Nothing in it is an error: what means nothing is left out."""
    filters = {}
    for name in FACETS:
        codes = dict.fromkeys(code.strip() for code in args.getlist(name)[:MAX_CODES])
        kept = tuple(code for code in codes if code and len(code) <= MAX_CODE and code.isprintable())
        if kept:
            filters[name] = kept
    words = " ".join(args.get("q", "")[:MAX_WORDS].replace("\x00", " ").split())
    return Asked(
        words=words if fold(words) else "",
        filters=filters,
        sort=ORDERS.get(args.get("sort", ""), Sort.BEST),
        page=page_number(args.get("page")),
    )
