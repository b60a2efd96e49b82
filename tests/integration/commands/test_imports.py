"""`flask import volunteers` as somebody types it."""

from __future__ import annotations

from network.models import Volunteer

ROWS = "First name,Last name,E-mail\nUna,Garvald,una@example.org\n,,x@example.org\n"


def test_an_office_tries_a_list_dry_and_then_takes_it(app, session, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    session.rollback()
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["import", "volunteers", str(path), "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "1 would be taken" in dry.output
    assert "row 2, line 3: no_name" in dry.output
    assert session.query(Volunteer).count() == 0
    session.rollback()
    real = runner.invoke(args=["import", "volunteers", str(path)])
    assert "1 taken" in real.output
    assert session.query(Volunteer).count() == 1


def test_an_office_with_a_picture_is_told_in_a_line(app, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\x89PNG\r\n")
    told = app.test_cli_runner().invoke(args=["import", "volunteers", str(path)])
    assert told.exit_code == 1
    assert "picture" in told.output
