"""What is asked: words, facets, for whom, in which order, which page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from search.documents import Audience

# The facets by the names they bear in the page's address.
FACETS = ("market", "sector", "help", "language", "chapter", "affiliation", "available")
PAGE_SIZE = 20
MAX_PAGE = 10_000
MAX_SIZE = 200


class Sort(StrEnum):
    """Orders of a result; every one ends with the id, so that paging is stable."""

    BEST = "best"
    RECENT = "recent"
    NAME = "name"
    SOONEST = "soonest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the index.

    Inside a facet any of its codes will do, between facets all must hold. `words` is taken as people type it:
    plain words, "an exact phrase", -without, one OR other. `audience` is who asks: what is hidden from them
    neither matches nor counts.

    `loosely` is for a paragraph in plain words: its signs mean nothing, anybody fits who meets anything of it, and
    the more telling things they meet the better they fit.
    """

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audience: Audience = Audience.PUBLIC
    loosely: bool = False
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = PAGE_SIZE
    # Facets to count; each is counted as if nothing of its own were chosen.
    facets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = (set(self.filters) | set(self.facets)) - set(FACETS)
        if unknown:
            raise ValueError(f"no facet is called {', '.join(sorted(unknown))}")
        chosen = {name: tuple(codes) for name, codes in self.filters.items() if codes}
        object.__setattr__(self, "filters", MappingProxyType(chosen))
        object.__setattr__(self, "page", min(max(self.page, 1), MAX_PAGE))
        object.__setattr__(self, "size", min(max(self.size, 1), MAX_SIZE))
