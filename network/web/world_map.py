"""The world picture: shapes of countries, drawn small, with how many people know each.

The geometry is that of pygal-maps-world (a projection on 2475 x 1388 units), read once and simplified to what a page
can carry. Countries that it lacks, and those too small to see, are drawn as a bubble where they lie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from config.reference import find_market

SCALE = 0.4  # of the source's units, so that whole numbers are as fine as the eye sees
TOLERANCE = 0.75  # how far, in units of the picture, a simplified coast may lie from the true one
SMALLEST = 1.6  # islands less wide and high than this are left out
VISIBLE = 9.0  # a country whose every piece is smaller than this, in square units, gets a bubble
VIEW_BOX = "0 14 990 442"
STEPS = (1, 5, 20, 50)

Point = tuple[float, float]

# Where bubbles stand, in units of the picture, for codes without a shape of their own.
PLACES: dict[str, Point] = {
    "AG": (294, 214),
    "AI": (291, 211),
    "AS": (984, 327),
    "AW": (267, 230),
    "AX": (535, 68),
    "BB": (299, 228),
    "BL": (291, 212),
    "BM": (294, 162),
    "BQ": (273, 232),
    "BS": (251, 188),
    "CC": (775, 317),
    "CK": (2, 350),
    "CW": (270, 232),
    "CX": (803, 311),
    "DM": (295, 220),
    "FJ": (984, 339),
    "FK": (327, 449),
    "FM": (965, 252),
    "FO": (469, 62),
    "GD": (293, 232),
    "GG": (477, 103),
    "GI": (467, 148),
    "GP": (295, 217),
    "IM": (473, 88),
    "JE": (478, 104),
    "KI": (984, 272),
    "KM": (612, 315),
    "KN": (291, 214),
    "KY": (237, 207),
    "LC": (295, 225),
    "MF": (290, 211),
    "MH": (984, 252),
    "MP": (923, 223),
    "MQ": (296, 223),
    "MS": (293, 216),
    "NC": (977, 351),
    "NF": (975, 377),
    "NR": (984, 278),
    "NU": (984, 344),
    "PF": (30, 337),
    "PM": (330, 112),
    "PN": (95, 362),
    "PW": (892, 249),
    "QA": (633, 186),
    "SB": (970, 310),
    "SS": (576, 248),
    "SX": (291, 211),
    "TC": (266, 198),
    "TK": (984, 310),
    "TO": (984, 351),
    "TT": (294, 238),
    "TV": (984, 307),
    "VC": (294, 228),
    "VG": (286, 210),
    "VI": (285, 210),
    "VU": (984, 334),
    "WF": (984, 324),
    "WS": (984, 326),
    "XK": (541, 126),
}
# Shapes that the source draws beside where they lie, and how far they have to be moved.
SHIFTS: dict[str, Point] = {
    "BN": (-9.8, -16.8),
    "CV": (-10.2, -13.7),
    "KW": (-12.4, -18.8),
    "LK": (-10.3, -15.1),
    "MV": (19.0, -1.4),
    "PR": (12.4, 17.6),
    "ST": (-11.9, -18.4),
    "TL": (-10.1, -16.4),
}
LEFT_OUT = {"AQ"}
_COUNTRY = re.compile(r'<g class="([a-z]{2}) country map-element">(.*?)</g>', re.DOTALL)
_PATH = re.compile(r'\sd="([^"]+)"')
_TOKEN = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7}


@dataclass(frozen=True, slots=True)
class Shape:
    """One country: its outline as path data, its middle, and whether it is too small to be seen."""

    code: str
    path: str
    x: float
    y: float
    tiny: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One country as the page shows it; `path` is empty where a bubble at x, y stands for it."""

    code: str
    name: str
    count: int
    level: int
    href: str | None
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class World:
    """The whole picture: the land without a count as one path, the places with one by name, and the key."""

    view_box: str
    land: str
    places: tuple[Place, ...]
    key: tuple[str, ...]


def draw_world(counts: Mapping[str, int], hrefs: Mapping[str, str] | None = None) -> World:
    """The picture for `counts` by ISO 3166-1 alpha-2 code; `hrefs` leads from a country to its page."""
    outlines = shapes()
    places = []
    for code, count in counts.items():
        shape = outlines.get(code)
        if count <= 0 or (shape is None and code not in PLACES):
            continue
        x, y = (shape.x, shape.y) if shape else PLACES[code]
        found = find_market(code)
        places.append(
            Place(
                code=code,
                name=str(found.label) if found else code,
                count=count,
                level=level_of(count),
                href=(hrefs or {}).get(code),
                path=shape.path if shape and not shape.tiny else "",
                x=x,
                y=y,
            )
        )
    shown = {place.code for place in places if place.path}
    return World(
        view_box=VIEW_BOX,
        land="".join(shape.path for code, shape in outlines.items() if code not in shown),
        places=tuple(sorted(places, key=lambda place: place.name)),
        key=("1–4", "5–19", "20–49", "50+"),
    )


def level_of(count: int) -> int:
    """How dark a country is drawn: 1 to 4."""
    return sum(1 for step in STEPS if count >= step)


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """Every country's outline by its code in capitals, read and simplified once."""
    source = files("pygal_maps_world").joinpath("worldmap.svg").read_text(encoding="utf-8")
    found = {}
    for code, group in _COUNTRY.findall(source):
        code = code.upper()
        dx, dy = SHIFTS.get(code, (0.0, 0.0))
        rings = [ring for data in _PATH.findall(group) for ring in outlines_of(data)]
        shape = _shape(code, [[(x + dx, y + dy) for x, y in ring] for ring in rings])
        if shape and code not in LEFT_OUT:
            found[code] = shape
    return found


def _shape(code: str, rings: list[list[Point]]) -> Shape | None:
    if not rings:
        return None
    largest = max(rings, key=_area)
    kept = [ring for ring in rings if _extent(ring) >= SMALLEST] or [largest]
    drawn = [path_of(simplified(ring)) for ring in kept]
    middle_x = sum(x for x, _ in largest) / len(largest)
    middle_y = sum(y for _, y in largest) / len(largest)
    return Shape(code, "".join(drawn), round(middle_x, 1), round(middle_y, 1), _area(largest) < VISIBLE)


def outlines_of(data: str) -> list[list[Point]]:
    """The rings of an SVG path in units of the picture; curves are taken at their ends."""
    rings: list[list[Point]] = []
    x = y = 0.0
    command = "m"
    tokens = iter(_TOKEN.findall(data))
    token = next(tokens, None)
    while token is not None:
        if token.isalpha():
            command = token
            token = next(tokens, None)
            if command in "zZ":
                x, y = _start(rings)
                continue
        wanted = _ARGUMENTS[command.lower()]
        numbers = [float(token or 0), *(float(next(tokens, "0")) for _ in range(wanted - 1))]
        x, y = _end(command, numbers, x, y)
        if command in "mM":
            rings.append([])
            command = "l" if command == "m" else "L"
        rings[-1].append((x * SCALE, y * SCALE))
        token = next(tokens, None)
    return [ring for ring in rings if len(ring) > 2]


def _start(rings: list[list[Point]]) -> Point:
    x, y = rings[-1][0]
    return x / SCALE, y / SCALE


def _end(command: str, numbers: list[float], x: float, y: float) -> Point:
    relative = command.islower()
    if command in "hH":
        return (x + numbers[0] if relative else numbers[0]), y
    if command in "vV":
        return x, (y + numbers[0] if relative else numbers[0])
    dx, dy = numbers[-2:]
    return (x + dx, y + dy) if relative else (dx, dy)


def simplified(ring: list[Point]) -> list[Point]:
    """The ring with fewer points, none of the others further than TOLERANCE from it (Douglas and Peucker)."""
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda index: _distance(ring[index], ring[first], ring[last]))
        if _distance(ring[far], ring[first], ring[last]) > TOLERANCE:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return [ring[index] for index in sorted(keep)]


def path_of(ring: list[Point]) -> str:
    """Path data in relative whole numbers, as short as SVG allows."""
    points = [(round(x), round(y)) for x, y in ring]
    parts = [f"M{points[0][0]} {points[0][1]}l"]
    steps = []
    for (ax, ay), (bx, by) in pairwise(points):
        if (ax, ay) != (bx, by):
            steps.append(f"{bx - ax} {by - ay}")
    if len(steps) < 2:
        x, y = points[0]
        return f"M{x} {y}h1v1h-1z"
    return parts[0] + " ".join(steps).replace(" -", "-") + "z"


def _distance(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if length == 0:
        return float(((px - ax) ** 2 + (py - ay) ** 2) ** 0.5)
    return float(abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length)


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def _extent(ring: list[Point]) -> float:
    xs = [x for x, _ in ring]
    ys = [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))
