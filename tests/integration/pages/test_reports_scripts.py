"""Names in every script in a PDF: drawn as they are written, or read in Latin letters, and never as a box."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest

from network.measures.letters import Document, Section
from network.pages.reports.pdf import to_pdf
from network.pages.reports.scripts import readable

DRAWN = [
    "محمد الهاشمي",
    "สมชาย",
    "नरेश कुमार",
    "שלום",
    "გიორგი",
    "Łukasz",
    "Νίκος",
    "Дмитрий",
    "Nguyễn",
    "می\u200cرود",
]
READ = {
    "王小明": "Wang Xiao Ming",
    "김민수": "Gim Min Su",
    "Հայկ": "Hayk",
    "“谢谢，王小明。” – José": "“Xie Xie, Wang Xiao Ming.” – José",
    "\U0010ffff": "?",
    "So\u2060so": "Soso",
}


def test_a_reader_finds_every_name_as_it_is_written_or_in_latin_letters() -> None:
    assert [readable(name) for name in DRAWN] == DRAWN
    assert {name: readable(name) for name in READ} == READ


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_pdf_lacks_no_letter_of_any_script_and_takes_the_second_font_only_for_it(
    app: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [*DRAWN, *READ]
    table = Section(
        "Names", [f"“{names[0]}” – {names[2]}"], ["Name", "Number"], [[one, "1"] for one in names]
    )
    bars = Section("Bars", bars=[(one, 3) for one in names])
    with app.app_context():
        document = Document("Letter", [f"Dear {one}," for one in names], [table, bars], names[1])
        made = to_pdf(document)
        plain = to_pdf(Document("Letter", ["Dear Νίκος – Łukasz,"], []))
        monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
        without_room = to_pdf(document)
    assert [b"FiraGO" in one for one in (made, plain, without_room)] == [True, False, False]
    assert [record.message for record in caplog.records if "glyph" in record.message] == []
