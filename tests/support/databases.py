"""Marks for walks so long that `make test` takes them over one database, and `make test-all` over both."""

from __future__ import annotations

import pytest

# PostgreSQL refuses more than SQLite does (a NUL in a text, a number past 64 bits): the hostile walks go there first.
POSTGRESQL_FIRST = pytest.mark.parametrize(
    "app", ["postgresql", pytest.param("sqlite", marks=pytest.mark.long)], indirect=True
)
SQLITE_FIRST = pytest.mark.parametrize(
    "app", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
