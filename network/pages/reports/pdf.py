"""A document as PDF: A4, the network's name above, tables that go on over the page; text that can be read out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from network.measures.letters import Document, Section
from network.pages.reports.pdf_pictures import (
    BAR_HEIGHT,
    CURVES_HEIGHT,
    FAMILY,
    draw_bars,
    draw_curves,
    draw_map,
    map_height,
)
from network.pages.reports.scripts import fonts_for, readable
from network.rules import network_config

_FIGURE = re.compile(r"[^\w\s]{0,2}[\d.,]+( million| billion)?")


class _Sheet(FPDF):
    """A4 with the network's name above and the page's number below."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.set_margins(20, 18, 20)
        self.set_auto_page_break(True, 20)
        self.set_lang("en-GB")

    def header(self) -> None:
        """The network's name, and a line under it."""
        self.set_font(FAMILY, "B", 10)
        self.cell(0, 6, readable(network_config().name), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(network_config().colours.accent)
        self.set_line_width(0.8)
        self.line(20, self.get_y() + 1, 190, self.get_y() + 1)
        self.ln(8)

    def footer(self) -> None:
        """The page's number."""
        self.set_y(-14)
        self.set_font(FAMILY, "", 9)
        self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="R")


def to_pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF."""
    sheet = _Sheet()
    sheet.set_title(document.title)
    sheet.set_author(network_config().name)
    with fonts_for(sheet, document) as drawable:
        sheet.add_page()
        _text(sheet, drawable.title, 20, "B", after=4)
        for sentence in drawable.opening:
            _text(sheet, sentence, 11)
        for section in drawable.sections:
            _section(sheet, section)
        if drawable.sign_off:
            _text(sheet, drawable.sign_off, 11)
        return bytes(sheet.output())


def _text(sheet: FPDF, words: str, size: int, style: str = "", after: float = 2) -> None:
    sheet.set_font(FAMILY, style, size)
    sheet.multi_cell(0, size * 0.5, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(after)


def _section(sheet: FPDF, section: Section) -> None:
    sheet.ln(3)
    if sheet.will_page_break(_least_height(sheet, section)):
        sheet.add_page()
    _text(sheet, section.title, 14, "B")
    for sentence in section.sentences:
        _text(sheet, sentence, 11)
    if section.world:
        draw_map(sheet, section.world, section.title, str(_("Boundaries are indicative.")))
    draw_curves(sheet, section.curves)
    draw_bars(sheet, section.bars)
    if not section.rows:
        return
    numeric = [_is_numeric(cells) for cells in zip(*section.rows, strict=True)]
    sheet.set_font(FAMILY, "", 9)
    sheet.set_draw_color(190, 190, 190)
    sheet.set_line_width(0.2)
    with sheet.table(
        borders_layout="HORIZONTAL_LINES",
        line_height=5,
        padding=1,
        col_widths=[3 if not place else 1.5 if right else 2.2 for place, right in enumerate(numeric)],
        text_align=["RIGHT" if right else "LEFT" for right in numeric],
    ) as table:
        for cells in (section.header, *section.rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)


def _least_height(sheet: FPDF, section: Section) -> float:
    """What has to stand on one page: the heading, its pictures, and where a table begins."""
    pictures = map_height(sheet) if section.world else 0.0
    pictures += CURVES_HEIGHT if section.curves else 0.0
    return 32 + pictures + BAR_HEIGHT * len(section.bars)


def _is_numeric(cells: Sequence[str]) -> bool:
    """Whether a column holds figures: it stands on the right then."""
    given = [cell for cell in cells if cell not in {"", "–"}]
    return bool(given) and all(_FIGURE.fullmatch(cell) for cell in given)
