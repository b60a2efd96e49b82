"""Reads the demo's content files, each once."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@functools.cache
def read(name: str) -> dict[str, Any]:
    """The content of one file under data/."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_all(stem: str) -> dict[str, Any]:
    """Every file whose name begins with `stem`, laid together: tables merged, lists joined."""
    merged: dict[str, Any] = {}
    for path in sorted(FOLDER.glob(f"{stem}*.toml")):
        for key, value in read(path.stem).items():
            merged[key] = merged[key] + value if key in merged else value
    return merged
