"""Views of the area chapters, by noun."""

from __future__ import annotations

from network.pages.chapters import members, public, standing
from network.pages.chapters.area import blueprint

__all__ = ["blueprint", "members", "public", "standing"]
