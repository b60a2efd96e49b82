"""Pictures in a PDF: bars, lines over time, the world; drawn as vectors, each with words for those who hear it."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from network.measures.letters import Curve
from network.rules import network_config
from network.web.world_map import VIEW_BOX, World, draw_world

FAMILY = "SourceSansPro"
LAND, GRID = "#e4ddd2", "#d9d3c8"
# How much of the colour each step of the world's key takes, in hundredths.
TINTS = (32, 55, 78, 100)
CURVE_WIDTH, CURVE_HEIGHT, GAP = 81.0, 30.0, 8.0
# With the words above and below.
CURVES_HEIGHT, BAR_HEIGHT, KEY_HEIGHT = CURVE_HEIGHT + 18, 5.0, 12.0


def tint(colour: str, part: int) -> str:
    """So many hundredths of a colour on white."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - one) * part / 100):02x}" for one in channels)


def draw_bars(sheet: FPDF, bars: Sequence[tuple[str, int]]) -> None:
    """A bar for each value, its words on the left and its number after it."""
    most = max((value for _, value in bars), default=0)
    if not most:
        return
    words, room = 62.0, 92.0
    sheet.set_font(FAMILY, "", 9)
    sheet.set_fill_color(network_config().colours.primary)
    for label, value in bars:
        if sheet.will_page_break(BAR_HEIGHT + 1):
            sheet.add_page()
        top = sheet.get_y()
        sheet.cell(words, 5, _fitting(sheet, label, words - 2))
        length = room * value / most
        if value:
            sheet.rect(sheet.l_margin + words, top + 0.9, length, 3.2, style="F")
        sheet.set_x(sheet.l_margin + words + length + 1.5)
        sheet.cell(14, 5, f"{value:,}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_fill_color(255, 255, 255)
    sheet.ln(3)


def _fitting(sheet: FPDF, words: str, width: float) -> str:
    """The words, shortened where they are wider."""
    if sheet.get_string_width(words) <= width:
        return words
    while words and sheet.get_string_width(words + "…") > width:
        words = words[:-1]
    return words.rstrip() + "…"


def draw_curves(sheet: FPDF, curves: Sequence[Curve]) -> None:
    """Lines over time, two beside each other, each with its largest value and its first and last period."""
    for place in range(0, len(curves), 2):
        if sheet.will_page_break(CURVES_HEIGHT):
            sheet.add_page()
        top = sheet.get_y()
        for column, curve in enumerate(curves[place : place + 2]):
            _curve(sheet, curve, sheet.l_margin + column * (CURVE_WIDTH + GAP), top)
        sheet.set_xy(sheet.l_margin, top + CURVES_HEIGHT)


def _curve(sheet: FPDF, curve: Curve, left: float, top: float) -> None:
    most = max((value for _, value in curve.points), default=0)
    if not most:
        return
    sheet.set_xy(left, top)
    sheet.set_font(FAMILY, "B", 10)
    sheet.cell(CURVE_WIDTH, 5, curve.title, new_x=XPos.LEFT, new_y=YPos.NEXT)
    sheet.set_font(FAMILY, "", 8)
    sheet.cell(CURVE_WIDTH, 4, f"{most:,}", new_x=XPos.LEFT, new_y=YPos.NEXT)
    told = "; ".join(f"{name}: {value}" for name, value in curve.points)
    picture = BytesIO(_curve_svg(curve, most).encode())
    sheet.image(picture, x=left, y=top + 10, w=CURVE_WIDTH, h=CURVE_HEIGHT, alt_text=f"{curve.title}. {told}")
    sheet.set_xy(left, top + 11 + CURVE_HEIGHT)
    names = [name for name, _ in curve.points]
    if len(names) > 1:
        sheet.cell(CURVE_WIDTH / 2, 4, names[0])
        sheet.cell(CURVE_WIDTH / 2, 4, names[-1], align="R")
    else:
        sheet.cell(CURVE_WIDTH, 4, names[0])


def _curve_svg(curve: Curve, most: int) -> str:
    colour = network_config().colours.primary
    width, height, base = CURVE_WIDTH * 10, CURVE_HEIGHT * 10, CURVE_HEIGHT * 10 - 4
    steps = max(len(curve.points) - 1, 1)
    points = [
        f"{width * place / steps:.1f} {base - (base - 6) * value / most:.1f}"
        for place, (_, value) in enumerate(curve.points)
    ]
    if len(points) == 1:
        points.append(points[0].replace("0.0 ", f"{width:.1f} ", 1))
    line = "M" + "L".join(points)
    grid = "".join(
        f'<path d="M0 {y:.1f}H{width:.1f}" stroke="{GRID}" stroke-width="2" fill="none"/>'
        for y in (6, (base + 6) / 2, base)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">{grid}'
        f'<path d="{line}L{width:.1f} {base:.1f}L0 {base:.1f}Z" fill="{tint(colour, 12)}"/>'
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="6" stroke-linejoin="round"/></svg>'
    )


def draw_map(sheet: FPDF, counts: Sequence[tuple[str, int]], words: str, note: str) -> None:
    """The world with how many there are in each market, the key under it."""
    world = draw_world(dict(counts))
    if not world.places:
        return
    width, height = sheet.epw, map_height(sheet) - KEY_HEIGHT
    if sheet.will_page_break(height + KEY_HEIGHT):
        sheet.add_page()
    top = sheet.get_y()
    told = "; ".join(f"{place.name}: {place.count}" for place in world.places)
    sheet.image(
        BytesIO(_world_svg(world).encode()),
        x=sheet.l_margin,
        y=top,
        w=width,
        h=height,
        alt_text=f"{words} {told}",
    )
    sheet.set_xy(sheet.l_margin, top + height + 2)
    sheet.set_font(FAMILY, "", 9)
    for name, part in zip(world.key, TINTS, strict=True):
        sheet.set_fill_color(tint(network_config().colours.primary, part))
        sheet.rect(sheet.get_x(), sheet.get_y() + 0.8, 5, 3.4, style="F")
        sheet.set_x(sheet.get_x() + 6)
        sheet.cell(16, 5, name)
    sheet.set_fill_color(255, 255, 255)
    sheet.cell(0, 5, note, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(3)


def map_height(sheet: FPDF) -> float:
    """How high the map is with its key, at the width of the page."""
    _, _, across, high = (float(one) for one in VIEW_BOX.split())
    return float(sheet.epw) * high / across + KEY_HEIGHT


def _world_svg(world: World) -> str:
    colours = [tint(network_config().colours.primary, part) for part in TINTS]
    edge = 'stroke="#ffffff" stroke-width="0.6"'
    drawn = [f'<path d="{world.land}" fill="{LAND}" {edge}/>']
    for place in world.places:
        fill = f'fill="{colours[place.level - 1]}" {edge}'
        if place.path:
            drawn.append(f'<path d="{place.path}" {fill}/>')
        else:
            drawn.append(f'<circle cx="{place.x}" cy="{place.y}" r="5" {fill}/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{world.view_box}">{"".join(drawn)}</svg>'
