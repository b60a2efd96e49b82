"""The colours of the design: every pair that meets on a page has the contrast of WCAG 2.2 AA, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "static" / "css"
TEXT = 4.5
SIGN = 3.0
PAIRS = [
    *(
        (words, ground, TEXT)
        for words in ("text", "text-soft", "link")
        for ground in ("page", "surface", "surface-sunk")
    ),
    *((words, "sea-soft", TEXT) for words in ("text", "text-soft", "link")),
    *((tone, f"{tone}-soft", TEXT) for tone in ("good", "caution", "bad")),
    *(("text", f"{tone}-soft", TEXT) for tone in ("good", "caution", "bad")),
    *((tone, ground, TEXT) for tone in ("good", "caution", "bad") for ground in ("page", "surface")),
    ("on-act", "act", TEXT),
    ("on-act", "act-hover", TEXT),
    ("on-band", "band", TEXT),
    ("on-band-soft", "band", TEXT),
    ("on-found", "found", TEXT),
    ("on-accent", "accent", TEXT),
    *(("line", ground, SIGN) for ground in ("page", "surface")),
    *(("act", ground, SIGN) for ground in ("page", "surface")),
]


def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The tokens of the light and of the dark scheme."""
    source = (CSS / "tokens.css").read_text(encoding="utf-8")
    first, _, rest = source.partition("@media (prefers-color-scheme: dark)")
    found = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
    light = dict(found.findall(first))
    return light, light | dict(found.findall(rest.partition("@media")[0]))


LIGHT, DARK = tokens()


def contrast(scheme: dict[str, str], one: str, other: str) -> float:
    """The contrast ratio of two tokens, by WCAG 2.2."""
    low, high = sorted(luminance(resolve(scheme, name)) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


def resolve(scheme: dict[str, str], name: str) -> str:
    """The colour behind a token that may name another."""
    value = scheme[name]
    named = re.fullmatch(r"var\(--([a-z0-9-]+)\)", value)
    return resolve(scheme, named.group(1)) if named else value


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_a_reader_can_tell_each_colour_from_its_ground(
    scheme: dict[str, str], one: str, other: str, least: float
) -> None:
    assert contrast(scheme, one, other) >= least


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "surface", "surface-sunk", "sea-soft", "band", "act"])
def test_somebody_at_the_keyboard_sees_the_focus_on_every_ground(scheme: dict[str, str], ground: str) -> None:
    # The line is ink, the ring around it marigold: one of them stands out.
    assert max(contrast(scheme, mark, ground) for mark in ("ink", "accent")) >= SIGN


@pytest.mark.parametrize("hue", range(1, 7))
def test_a_reader_can_read_initials_on_each_hue(hue: int) -> None:
    assert contrast(LIGHT | {"white": "#ffffff"}, "white", f"hue-{hue}") >= TEXT


def test_a_page_gets_every_part_of_the_stylesheet_once() -> None:
    lines = (CSS / "bundle.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    there = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")}
    assert sorted(listed) == sorted(there)


def test_a_component_uses_tokens_for_its_colours() -> None:
    allowed = {"#13243a", "#fff"}
    for path in (CSS / "components").glob("*.css"):
        if path.name == "print.css":
            continue
        text = re.sub(r"url\([^)]*\)", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"#[0-9a-f]{3,6}\b", text)) <= allowed, path.name


def test_a_component_names_only_tokens_that_exist() -> None:
    known = set(LIGHT)
    for path in CSS.rglob("*.css"):
        assert set(re.findall(r"var\(--([a-z0-9-]+)", path.read_text(encoding="utf-8"))) <= known, path.name
