"""Reading a spreadsheet kept by people: encodings, separators, line numbers, and what is no table at all.

A file is read as a stream: of a hundred thousand rows only one is held at a time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from network.domain.errors import Invalid

LARGEST_FILE = 200 * 1024 * 1024
LARGEST_FIELD = 4 * 1024 * 1024
MOST_COLUMNS = 200
SEPARATORS = ",;\t|"
# Ends the stream: a record that holds more than this alone swallowed it inside an open quote.
_END = "\x1eend of the file\x1e"
_SIGNATURES = {
    b"PK\x03\x04": "This is a workbook (or a zip file), not CSV. Save the sheet as CSV first.",
    b"%PDF": "This is a PDF, not a table.",
    b"\x89PNG": "This is a picture, not a table.",
    b"\xff\xd8\xff": "This is a picture, not a table.",
    b"\xd0\xcf\x11\xe0": "This is an old workbook, not CSV. Save the sheet as CSV first.",
    b"GIF8": "This is a picture, not a table.",
}


class FileRefused(Invalid):
    """The file as a whole cannot be taken."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line where it begins, its fields, and what is wrong with it as a record."""

    line: int
    fields: list[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written."""

    encoding: str
    separator: str


def look_at(path: Path) -> Shape:
    """How the file is written; raises FileRefused for what is empty, too large or no table."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("file_empty", "The file is empty.")
    if size > LARGEST_FILE:
        raise FileRefused("file_too_large", "The file is larger than 200 MB. Split it.")
    with path.open("rb") as stream:
        head = stream.read(65536)
        for signature, words in _SIGNATURES.items():
            if head.startswith(signature):
                raise FileRefused("not_a_table", words)
        stream.seek(0)
        encoding = _encoding_of(stream, head)
    first = head.decode(encoding, "ignore")
    return Shape(encoding, _separator_of(first))


def records_of(path: Path, shape: Shape) -> Iterator[Record]:
    """All records that are not blank, the header's too, in order."""
    # Undecodable bytes become lone surrogates, so that only their own row is refused.
    errors = "surrogateescape" if shape.encoding.startswith("utf-8") else "replace"
    csv.field_size_limit(LARGEST_FIELD)
    with path.open(encoding=shape.encoding, errors=errors, newline="") as stream:
        reader = csv.reader(_ended(stream), delimiter=shape.separator)
        yield from _read(reader)


def _read(reader: Iterator[list[str]]) -> Iterator[Record]:
    begins = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            line, begins = begins, reader.line_num + 1  # type: ignore[attr-defined]
            yield Record(line, [], "too_long")
            continue
        line, begins = begins, reader.line_num + 1  # type: ignore[attr-defined]
        if fields and fields[-1].endswith(_END):
            if fields != [_END]:
                yield Record(line, [], "unterminated_quote")
            return
        if any(field.strip() for field in fields):
            yield Record(line, fields)


def _ended(stream: io.TextIOBase) -> Iterator[str]:
    last = ""
    for last in stream:
        yield last
    if last and not last.endswith(("\n", "\r")):
        # The last line has no end of its own: give it one, or the mark would become part of it.
        yield from ("\n", _END) if last.count('"') % 2 else (_END,)
        return
    yield _END


def _separator_of(text: str) -> str:
    """The separator that stands most often, outside quotes, in the best of the first lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:10]
    plain = ["".join(part for part in line.split('"')[::2]) for line in lines]
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in plain), default=0))


def _encoding_of(stream: BinaryIO, head: bytes) -> str:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros_even, zeros_odd = head[:2000:2].count(0), head[1:2000:2].count(0)
    if max(zeros_even, zeros_odd) > len(head[:2000]) // 4:
        return "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
    if _looks_binary(head):
        raise FileRefused("not_a_table", "This is not a table that we can read. Save it as CSV.")
    return _encoding_of_bytes(stream)


def _looks_binary(head: bytes) -> bool:
    strange = sum(head.count(bytes([code])) for code in (*range(9), *range(14, 32)))
    return strange > max(20, len(head) // 20)


def _encoding_of_bytes(stream: BinaryIO) -> str:
    """UTF-8, or Windows-1252 where the file has letters that are no UTF-8 and none that are."""
    good, bad = 0, []
    for line in stream:
        try:
            good += not line.isascii() and bool(line.decode("utf-8"))
        except UnicodeDecodeError:
            bad.append(line[:4000])
            if good or len(bad) > 2000:
                break
    if not bad or good:
        return "utf-8"
    return "utf-8" if all(_was_meant_as_utf8(line) for line in bad) else "cp1252"


def _was_meant_as_utf8(line: bytes) -> bool:
    """A lone surrogate, a letter cut off at the end of the file, or bytes that Windows-1252 does not have."""
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return True
    else:
        return True
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        return True
    return False
