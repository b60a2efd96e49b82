"""Every script in a PDF: as it is written where a font here has it, in Latin letters otherwise, and never as a box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pymupdf_fonts
from anyascii import anyascii
from fontTools.ttLib import TTFont
from fpdf import FPDF

from network.measures.letters import Document, Section
from network.pages.reports.pdf_pictures import FAMILY
from network.rules import network_config

FACES = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Bold.ttf"}
# Arabic, Hebrew, Devanagari, Thai and Georgian, under the name its package gives it.
WIDE, WIDE_NAME = "FiraGO", "figo"
# Where a run of letters that stand for syllables goes on: Wang Xiao Ming is easier to read than WangXiaoMing.
_SYLLABLES = re.compile(r"(?<=[a-z,.;:!?])(?=[A-Z])")


def face_path(style: str) -> Path:
    """Where the file of the first font lies."""
    return Path(str(files("font_source_sans_pro") / "files" / FACES[style]))


@cache
def _first() -> frozenset[int]:
    with TTFont(face_path(""), lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _wide() -> frozenset[int]:
    with TTFont(BytesIO(pymupdf_fonts.myfont(WIDE_NAME)), lazy=True) as font:
        return frozenset(font.getBestCmap())


@contextmanager
def _wide_file() -> Iterator[Path]:
    """The second font as a file, for as long as it is needed: its package holds it as bytes only."""
    with TemporaryDirectory(prefix="kinbridge-font-") as folder:
        path = Path(folder) / f"{WIDE}.ttf"
        path.write_bytes(pymupdf_fonts.myfont(WIDE_NAME))
        yield path


@contextmanager
def fonts_for(sheet: FPDF, document: Document) -> Iterator[Document]:
    """The sheet has the fonts that the document needs; inside, the document reads in letters that they have.

    The second font and the shaping of its letters come along only where the first is not enough.
    """
    for style in FACES:
        sheet.add_font(FAMILY, style, face_path(style))
    drawable = _map_words(document)
    if not any(ord(sign) not in _first() and not sign.isspace() for sign in _all_words(drawable)):
        yield drawable
        return
    with ExitStack() as until_drawn:
        try:
            path = until_drawn.enter_context(_wide_file())
        except OSError:
            # A full disk holds no reader up: the letters of the first font do.
            yield _map_words(document, wide=False)
            return
        sheet.add_font(WIDE, "", path)
        sheet.set_fallback_fonts([WIDE], exact_match=False)
        sheet.set_text_shaping(True)
        yield drawable


def readable(words: str, *, wide: bool = True) -> str:
    """The words as they can be drawn: one that holds a letter no font here has stands in Latin letters.

    Without `wide` the first font alone is here.
    """
    words = unicodedata.normalize("NFC", words)
    if all(ord(sign) in _first() or sign.isspace() for sign in set(words)):
        return words
    known = _first() | _wide() if wide else _first()
    parts = re.split(r"(\s+)", words)
    return "".join(part if not part or part.isspace() else _drawable(part, known) for part in parts)


def _drawable(word: str, known: frozenset[int]) -> str:
    # Marks that only steer how letters join or turn are no letters to miss.
    word = "".join(sign for sign in word if ord(sign) in known or not _only_steers(sign))
    if all(ord(sign) in known for sign in word):
        return word
    # The stops and quotes around it stay as they are, where they can be drawn.
    latin = [
        "".join(signs) if stays else anyascii("".join(signs))
        for stays, signs in groupby(word, lambda sign: ord(sign) in known and not _is_part(sign))
    ]
    return _SYLLABLES.sub(" ", "".join(latin)).strip() or "?"


def _is_part(sign: str) -> bool:
    """Letters, the marks they carry, and figures: what makes a word together."""
    return unicodedata.category(sign)[0] in "LMN"


def _only_steers(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cf", "Cc"} or "\ufe00" <= sign <= "\ufe0f"


def _map_words(document: Document, *, wide: bool = True) -> Document:
    read = partial(readable, wide=wide)
    return replace(
        document,
        title=read(document.title),
        opening=[read(one) for one in document.opening],
        sections=[_map_section(section, read) for section in document.sections],
        sign_off=read(document.sign_off),
    )


def _map_section(section: Section, read: Callable[[str], str]) -> Section:
    return replace(
        section,
        title=read(section.title),
        sentences=[read(one) for one in section.sentences],
        header=[read(one) for one in section.header],
        rows=[[read(cell) for cell in row] for row in section.rows],
        bars=[(read(label), value) for label, value in section.bars],
    )


def _all_words(document: Document) -> str:
    words = [readable(network_config().name), document.title, document.sign_off, *document.opening]
    for section in document.sections:
        words += [
            section.title,
            *section.sentences,
            *section.header,
            *(cell for row in section.rows for cell in row),
        ]
        words += [label for label, _value in section.bars]
    return "".join(words)
