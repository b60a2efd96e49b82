"""What holds for the whole source."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for name in ("network", "search", "config") for path in (ROOT / name).rglob("*.py")]


def _lines_with(pattern: str, paths: list[Path]) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [str(path.relative_to(ROOT)) for path in SOURCES if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_nobody_assigns_a_state_outside_the_one_door() -> None:
    nouns = "need|introduction|outcome|membership|organisation|chapter|volunteer"
    rows = rf"^\s+(?!self\b)\w*({nouns})\w*\.(state|status) = "
    door = {ROOT / "network/audit/moves.py"}
    paths = [path for path in SOURCES if path not in door and "demo" not in path.parts]
    assert _lines_with(rows, paths) == []


def test_nothing_below_the_pages_knows_the_request_or_the_signed_in_user() -> None:
    below = [path for path in SOURCES if not {"web", "pages", "commands"} & set(path.parts)]
    assert _lines_with(r"\b(current_user|from flask import .*\brequest\b)", below) == []


def test_rules_never_ask_the_machine_what_time_it_is() -> None:
    rules = [
        path
        for path in SOURCES
        if path.name.startswith(("policy", "queries", "operations")) or "operations" in path.parts
    ]
    assert _lines_with(r"datetime\.now\(|date\.today\(|time\.time\(", rules) == []


def test_no_template_asks_the_database() -> None:
    templates = list((ROOT / "templates").rglob("*.html"))
    assert templates
    assert _lines_with(r"\b(session|db)\.(query|execute|scalar|scalars|get)\b", templates) == []


def test_no_page_carries_inline_style_or_script() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]
    assert _lines_with(r"<script>|[^-]style=\"|\son[a-z]+=\"", pages) == []


def test_every_mail_has_a_subject_a_text_and_a_html_part() -> None:
    folders = [path for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()]
    assert folders
    missing = [
        f"{folder.name}/{part}"
        for folder in folders
        for part in ("subject.txt", "body.txt", "body.html")
        if not (folder / part).exists()
    ]
    assert missing == []


def test_every_mail_that_is_posted_has_its_templates() -> None:
    posted = set()
    for path in SOURCES:
        posted |= set(re.findall(r"post\(\s*session,\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8")))
    there = {path.name for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()}
    assert posted - there == set()
