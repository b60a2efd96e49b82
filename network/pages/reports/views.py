"""Reports: what was asked, what came of it, and for whom; within what the reader may see."""

from __future__ import annotations

from network.pages.reports import behind, comparing, data, handing, indicators, inputs, missions, overviews
from network.pages.reports.area import blueprint

__all__ = [
    "behind",
    "blueprint",
    "comparing",
    "data",
    "handing",
    "indicators",
    "inputs",
    "missions",
    "overviews",
]
