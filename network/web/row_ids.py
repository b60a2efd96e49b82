"""Numbers of rows in addresses: only such as a row can have."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


def row_number(text: str | None) -> int | None:
    """The row number that an argument or a field names, None for anything that is none."""
    plain = bool(text) and len(text or "") <= 10 and (text or "").isascii() and (text or "").isdigit()
    number = int(text or "") if plain else LARGEST + 1
    return number if number <= LARGEST else None


def row_numbers(text: str | None, most: int) -> list[int]:
    """The row numbers of a field that names several, each once, at most so many; what is none is left out."""
    found = (row_number(part) for part in (text or "")[: most * 40].split())
    return list(dict.fromkeys(one for one in found if one is not None))[:most]


class RowIdConverter(IntegerConverter):
    """`<int:...>` in plain digits, and no larger than the database's own; anything else is an unknown page."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map: Map, *args: object, **given: object) -> None:
        super().__init__(url_map, max=LARGEST)


def init_row_ids(app: Flask) -> None:
    """Let every address of the site read row numbers this way."""
    app.url_map.converters["int"] = RowIdConverter
