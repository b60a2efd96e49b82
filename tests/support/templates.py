"""Templates compiled once for all the applications and processes of a run, and for the next run."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "templates"


def keep_compiled(app: Flask) -> None:
    """Let the application take templates as they were compiled before; a changed one is compiled anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(FOLDER))
