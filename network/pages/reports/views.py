"""Reports: what was asked, what came of it, and for whom; within what the reader may see."""

from __future__ import annotations

from network.pages.reports import (
    answers,
    behind,
    comparing,
    data,
    handing,
    indicators,
    inputs,
    missions,
    overviews,
    shares,
    trends,
)
from network.pages.reports.area import blueprint

__all__ = [
    "answers",
    "behind",
    "blueprint",
    "comparing",
    "data",
    "handing",
    "indicators",
    "inputs",
    "missions",
    "overviews",
    "shares",
    "trends",
]
