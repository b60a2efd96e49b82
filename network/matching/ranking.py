"""Who fits a need, and why: scored from the rows, never from what people merely claim in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from babel.languages import get_official_languages
from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.states import MarketDepth
from network.matching.capacity import charged_to_volunteer, load
from network.matching.documents import sector_path
from network.models import (
    DeclaredInterest,
    Introduction,
    Need,
    NeedHelp,
    NeedMarket,
    NeedSector,
    Organisation,
    OrganisationMember,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.volunteers.policy import is_findable, volunteers_visible_to

# What each part counts, of 100 together.
MARKET, SECTOR, HELP, LANGUAGE, FREE, ANSWERS = 40.0, 28.0, 14.0, 6.0, 6.0, 6.0
DEPTHS = {
    MarketDepth.LIVED: 1.0,
    MarketDepth.WORKED: 0.85,
    MarketDepth.SELLS_INTO: 0.65,
    MarketDepth.KNOWS: 0.4,
}
SAME, ABOVE_OR_BELOW, SAME_TOP = 1.0, 0.75, 0.4
# So many are looked at closely, those who know market and sector first.
LOOKED_AT = 400
_EVERYBODY_SPEAKS = "en"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody fits. `kind` is market, sector, help, language or answers; `detail` a depth or a number of days."""

    kind: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A volunteer for a need: the score is 0 to 100, the reasons stand in order of weight."""

    volunteer_id: int
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a need is about, by code."""

    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    help_types: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """What one candidate knows and offers."""

    markets: dict[str, MarketDepth] = field(default_factory=dict)
    sectors: list[str] = field(default_factory=list)
    help_types: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def rank_for_need(
    session: Session, need: Need, limit: int = 12, *, now: datetime, actor: Actor | None = None
) -> list[Match]:
    """The volunteers who could be asked for this need now, the best first; with an actor only whom they may see.

    Never the asking side or its people, never who declared the firm as employer or competitor, nobody who has an
    introduction for this need already, is on leave or has no capacity left. Three statements.
    """
    wanted = wanted_of(session, need.id)
    candidates = _candidates(session, need, wanted, now, actor)
    known = _known(session, [row.id for row in candidates])
    matches = [_match(row, known[row.id], wanted) for row in candidates]
    return sorted(matches, key=lambda match: (-match.score, match.volunteer_id))[:limit]


def count_for_need(
    session: Session,
    markets: Collection[str],
    sectors: Collection[str] = (),
    help_types: Collection[str] = (),
    *,
    now: datetime,
) -> int:
    """How many volunteers could be asked who know one of the markets, one of the sectors and offer one of the kinds.

    An empty list asks for nothing. One statement.
    """
    wanted = Wanted(tuple(markets), tuple(sectors), tuple(help_types))
    asked = [
        condition
        for codes, condition in (
            (wanted.markets, _knows_market(wanted.markets)),
            (wanted.sectors, _knows_sector(wanted.sectors)),
            (wanted.help_types, _offers(wanted.help_types)),
        )
        if codes
    ]
    query = select(func.count(Volunteer.id)).where(is_findable(), _is_here(now.date()), *asked)
    return session.scalar(query) or 0


def wanted_of(session: Session, need_id: int) -> Wanted:
    """What a need is about, its first market first; one statement."""
    query = union_all(
        select(literal("market").label("kind"), NeedMarket.market, NeedMarket.position).where(
            NeedMarket.need_id == need_id
        ),
        select(literal("sector"), NeedSector.sector, literal(0)).where(NeedSector.need_id == need_id),
        select(literal("help"), NeedHelp.help_type, literal(0)).where(NeedHelp.need_id == need_id),
    )
    found: dict[str, list[tuple[int, str]]] = {"market": [], "sector": [], "help": []}
    for kind, code, position in session.execute(query):
        found[kind].append((position, code))
    markets, sectors, help_types = (tuple(code for _, code in sorted(pairs)) for pairs in found.values())
    return Wanted(markets, sectors, help_types)


# --- who could be asked -------------------------------------------------------------------


def _candidates(
    session: Session, need: Need, wanted: Wanted, now: datetime, actor: Actor | None
) -> Sequence[Row[int, int, int, float | None, int]]:
    charged = charged_to_volunteer(now)
    in_sector, offers = _knows_sector(wanted.sectors), _offers(wanted.help_types)
    query = (
        select(
            Volunteer.id,
            Volunteer.capacity,
            charged.label("charged"),
            Volunteer.answer_days,
            Volunteer.answers_count,
        )
        .where(
            is_findable(),
            _is_here(now.date()),
            charged < Volunteer.capacity,
            not_(_is_conflicted(need)),
            not_(exists().where(Introduction.need_id == need.id, Introduction.volunteer_id == Volunteer.id)),
            _knows_market(wanted.markets) if wanted.markets else or_(in_sector, offers),
        )
        .order_by(in_sector.desc(), offers.desc(), Volunteer.id)
        .limit(LOOKED_AT)
    )
    if actor is not None:
        query = query.where(volunteers_visible_to(actor))
    return session.execute(query).all()


def _is_here(today: date) -> ColumnElement[bool]:
    """Not on leave today."""
    away = and_(
        Volunteer.paused_until >= today, or_(Volunteer.leave_from.is_(None), Volunteer.leave_from <= today)
    )
    return or_(Volunteer.paused_until.is_(None), not_(away))


def _is_conflicted(need: Need) -> ColumnElement[bool]:
    """They ask, belong to the firm, work for it or declared it."""
    firm = select(Organisation.name_key).where(Organisation.id == need.organisation_id).scalar_subquery()
    return or_(
        Volunteer.user_id == need.requester_id,
        exists().where(
            OrganisationMember.user_id == Volunteer.user_id,
            OrganisationMember.organisation_id == need.organisation_id,
            OrganisationMember.approved_at.is_not(None),
        ),
        and_(Volunteer.employer_key != "", Volunteer.employer_key == firm),
        exists().where(DeclaredInterest.volunteer_id == Volunteer.id, DeclaredInterest.name_key == firm),
    )


def _knows_market(markets: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        VolunteerMarket.volunteer_id == Volunteer.id, VolunteerMarket.market.in_(sorted(markets))
    )


def _knows_sector(sectors: Collection[str]) -> ColumnElement[bool]:
    """One of the sectors, one above it or one below it."""
    above = sorted({code for sector in sectors for code in sector_path(sector)})
    below = [VolunteerSector.sector.startswith(f"{sector}.", autoescape=True) for sector in sorted(sectors)]
    return exists().where(
        VolunteerSector.volunteer_id == Volunteer.id, or_(VolunteerSector.sector.in_(above), *below)
    )


def _offers(help_types: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        VolunteerHelp.volunteer_id == Volunteer.id, VolunteerHelp.help_type.in_(sorted(help_types))
    )


def _known(session: Session, ids: Sequence[int]) -> dict[int, _Known]:
    known = {volunteer_id: _Known() for volunteer_id in ids}
    if not ids:
        return known
    tables = (
        ("market", VolunteerMarket, VolunteerMarket.market, type_coerce(VolunteerMarket.depth, String)),
        ("sector", VolunteerSector, VolunteerSector.sector, literal("")),
        ("help", VolunteerHelp, VolunteerHelp.help_type, literal("")),
        ("language", VolunteerLanguage, VolunteerLanguage.language, literal("")),
    )
    parts = union_all(
        *(
            select(literal(kind), table.volunteer_id, code, detail).where(table.volunteer_id.in_(ids))
            for kind, table, code, detail in tables
        )
    )
    for kind, volunteer_id, code, detail in session.execute(parts):
        one = known[volunteer_id]
        if kind == "market":
            one.markets[code] = MarketDepth(detail)
        else:
            {"sector": one.sectors, "help": one.help_types, "language": one.languages}[kind].append(code)
    return known


# --- how well they fit --------------------------------------------------------------------


def _match(row: Row[int, int, int, float | None, int], known: _Known, wanted: Wanted) -> Match:
    scores: list[float] = [FREE * (1.0 - load(row.capacity, row.charged))]
    reasons: list[Reason] = []
    for score, found in (
        _market(known, wanted.markets),
        _sector(known, wanted.sectors),
        _help(known, wanted.help_types),
        _language(known, wanted.markets),
        _answers(row.answer_days, row.answers_count),
    ):
        scores.append(score)
        reasons.extend(found)
    return Match(row.id, round(sum(scores), 1), tuple(reasons))


def _market(known: _Known, markets: Sequence[str]) -> tuple[float, list[Reason]]:
    """The first market counts in full, the second for four fifths."""
    held = [
        (DEPTHS[known.markets[code]] * 0.8**place, code)
        for place, code in enumerate(markets)
        if code in known.markets
    ]
    if not held:
        return 0.0, []
    ordered = sorted(held, key=lambda pair: -pair[0])
    return MARKET * ordered[0][0], [Reason("market", code, known.markets[code].value) for _, code in ordered]


def _sector(known: _Known, sectors: Sequence[str]) -> tuple[float, list[Reason]]:
    near = [(_nearness(own, asked), own) for own in known.sectors for asked in sectors]
    best = max(near, key=lambda pair: (pair[0], pair[1]), default=(0.0, ""))
    return (SECTOR * best[0], [Reason("sector", best[1])]) if best[0] else (0.0, [])


def _nearness(own: str, asked: str) -> float:
    if own == asked:
        return SAME
    if own.startswith(f"{asked}.") or asked.startswith(f"{own}."):
        return ABOVE_OR_BELOW
    return SAME_TOP if own.partition(".")[0] == asked.partition(".")[0] else 0.0


def _help(known: _Known, help_types: Sequence[str]) -> tuple[float, list[Reason]]:
    held = [code for code in help_types if code in known.help_types]
    if not held:
        return 0.0, []
    return HELP * len(held) / len(help_types), [Reason("help", code) for code in held]


def _language(known: _Known, markets: Iterable[str]) -> tuple[float, list[Reason]]:
    """A language of the market beside English is a reason; where English is one, English counts in full."""
    spoken = {language for market in markets for language in languages_of(market)}
    if _EVERYBODY_SPEAKS in spoken:
        return (LANGUAGE if _EVERYBODY_SPEAKS in known.languages else 0.0), []
    held = sorted(spoken.intersection(known.languages))
    return (LANGUAGE, [Reason("language", held[0])]) if held else (0.0, [])


def _answers(answer_days: float | None, answers: int) -> tuple[float, list[Reason]]:
    """The middle while nothing is known; a reason only for who answered more than once, and soon."""
    if answer_days is None or not answers:
        return ANSWERS * 0.5, []
    score = ANSWERS / (1.0 + answer_days / 4.0)
    prompt = answers > 1 and answer_days <= 3.0
    return score, [Reason("answers", detail=str(max(1, round(answer_days))))] if prompt else []


@lru_cache(maxsize=400)
def languages_of(market: str) -> frozenset[str]:
    """The languages (ISO 639) that are official in a market."""
    return frozenset(get_official_languages(market, de_facto=True))
