"""Who fits a need, and why: scored from the rows, never from what people merely claim in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from heapq import nsmallest
from operator import itemgetter

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

from config.reference import find_sector, sector_descendants
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
_DEPTH_OF = {depth.value: depth for depth in MarketDepth}
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
    session: Session,
    need: Need,
    limit: int = 12,
    *,
    now: datetime,
    actor: Actor | None = None,
    wanted: Wanted | None = None,
    fair: bool = True,
) -> list[Match]:
    """The volunteers who could be asked for this need now, the best first; with an actor only whom they may see.

    Never the asking side or its people, never who declared the firm as employer or competitor, nobody who has an
    introduction for this need already, is on leave or has no capacity left. `wanted`, where the caller has read
    it already, saves one of the three statements. Without `fair` nobody is spared: loads and full capacities do not
    count, which is for measuring what fairness does.
    """
    wanted = wanted or wanted_of(session, need.id)
    candidates = _candidates(session, need, wanted, now, actor, fair)
    known = _known(session, [row.id for row in candidates], wanted)
    scores = [(-_score(row, known[row.id], wanted, fair), row.id, row) for row in candidates]
    best = nsmallest(limit, scores, key=itemgetter(0, 1))
    return [Match(id, -score, _reasons(row, known[id], wanted)) for score, id, row in best]


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
    session: Session, need: Need, wanted: Wanted, now: datetime, actor: Actor | None, fair: bool
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
            not_(_is_conflicted(need)),
            not_(exists().where(Introduction.need_id == need.id, Introduction.volunteer_id == Volunteer.id)),
            _knows_market(wanted.markets) if wanted.markets else or_(in_sector, offers),
        )
        .order_by(in_sector.desc(), offers.desc(), Volunteer.id)
        .limit(LOOKED_AT)
    )
    if fair:
        query = query.where(charged < Volunteer.capacity)
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


# Lists of ids rather than EXISTS: the index on the code leads, and nobody else's row is read.


def _knows_market(markets: Collection[str]) -> ColumnElement[bool]:
    return Volunteer.id.in_(
        select(VolunteerMarket.volunteer_id).where(VolunteerMarket.market.in_(sorted(markets)))
    )


def _knows_sector(sectors: Collection[str]) -> ColumnElement[bool]:
    """One of the sectors, one above it or one below it."""
    near = {code for sector in sectors for code in (*sector_path(sector), *_below(sector))}
    return Volunteer.id.in_(
        select(VolunteerSector.volunteer_id).where(VolunteerSector.sector.in_(sorted(near)))
    )


def _below(sector: str) -> tuple[str, ...]:
    return sector_descendants(sector) if find_sector(sector) else ()


def _offers(help_types: Collection[str]) -> ColumnElement[bool]:
    return Volunteer.id.in_(
        select(VolunteerHelp.volunteer_id).where(VolunteerHelp.help_type.in_(sorted(help_types)))
    )


def _known(session: Session, ids: Sequence[int], wanted: Wanted) -> dict[int, _Known]:
    """What of the wanted each of them knows and offers: codes that cannot count are not read."""
    known = {volunteer_id: _Known() for volunteer_id in ids}
    if not ids or wanted == Wanted():
        return known
    tops = {sector.partition(".")[0] for sector in wanted.sectors}
    no_detail = literal("")
    tables = (
        (
            "market",
            VolunteerMarket,
            VolunteerMarket.market,
            type_coerce(VolunteerMarket.depth, String),
            wanted.markets,
        ),
        (
            "sector",
            VolunteerSector,
            VolunteerSector.sector,
            no_detail,
            {code for top in tops for code in (top, *_below(top))}.union(wanted.sectors),
        ),
        ("help", VolunteerHelp, VolunteerHelp.help_type, no_detail, wanted.help_types),
        (
            "language",
            VolunteerLanguage,
            VolunteerLanguage.language,
            no_detail,
            _spoken_in(wanted.markets),
        ),
    )
    parts = union_all(
        *(
            select(literal(kind), table.volunteer_id, code, detail).where(
                table.volunteer_id.in_(ids), code.in_(sorted(codes))
            )
            for kind, table, code, detail, codes in tables
            if codes
        )
    )
    for kind, volunteer_id, code, detail in session.execute(parts):
        one = known[volunteer_id]
        if kind == "market":
            one.markets[code] = _DEPTH_OF[detail]
        else:
            {"sector": one.sectors, "help": one.help_types, "language": one.languages}[kind].append(code)
    return known


# --- how well they fit --------------------------------------------------------------------


def _score(row: Row[int, int, int, float | None, int], known: _Known, wanted: Wanted, fair: bool) -> float:
    """How well a candidate fits, 0 to 100."""
    markets = max((value for value, _ in _markets_held(known, wanted.markets)), default=0.0)
    offered = sum(code in known.help_types for code in wanted.help_types)
    parts = (
        MARKET * markets,
        SECTOR * _best_sector(known, wanted.sectors)[0],
        HELP * offered / max(len(wanted.help_types), 1),
        LANGUAGE * _is_understood(known, wanted.markets),
        FREE * (1.0 - load(row.capacity, row.charged) if fair else 1.0),
        ANSWERS * _answering(row.answer_days, row.answers_count),
    )
    return round(sum(parts), 1)


def _reasons(row: Row[int, int, int, float | None, int], known: _Known, wanted: Wanted) -> tuple[Reason, ...]:
    """What of the score can be told, in order of weight."""
    markets = sorted(_markets_held(known, wanted.markets), key=lambda pair: -pair[0])
    near, sector = _best_sector(known, wanted.sectors)
    return (
        *(Reason("market", code, known.markets[code].value) for _, code in markets),
        *([Reason("sector", sector)] if near else ()),
        *(Reason("help", code) for code in wanted.help_types if code in known.help_types),
        *(Reason("language", code) for code in _shared_languages(known, wanted.markets)[:1]),
        *_promptness(row.answer_days, row.answers_count),
    )


def _markets_held(known: _Known, markets: Sequence[str]) -> list[tuple[float, str]]:
    """The markets wanted that they know; the first counts in full, the second for four fifths."""
    return [
        (DEPTHS[known.markets[code]] * 0.8**place, code)
        for place, code in enumerate(markets)
        if code in known.markets
    ]


def _best_sector(known: _Known, sectors: Sequence[str]) -> tuple[float, str]:
    return max(
        ((_nearness(own, asked), own) for own in known.sectors for asked in sectors), default=(0.0, "")
    )


def _nearness(own: str, asked: str) -> float:
    if own == asked:
        return SAME
    if own.startswith(f"{asked}.") or asked.startswith(f"{own}."):
        return ABOVE_OR_BELOW
    return SAME_TOP if own.partition(".")[0] == asked.partition(".")[0] else 0.0


def _is_understood(known: _Known, markets: Sequence[str]) -> bool:
    """Whether they speak a language of the market; where English is one, it has to be English."""
    spoken = _spoken_in(tuple(markets))
    if _EVERYBODY_SPEAKS in spoken:
        return _EVERYBODY_SPEAKS in known.languages
    return not spoken.isdisjoint(known.languages)


def _shared_languages(known: _Known, markets: Sequence[str]) -> list[str]:
    """The languages of the market that they speak, where English would not do."""
    spoken = _spoken_in(tuple(markets))
    return [] if _EVERYBODY_SPEAKS in spoken else sorted(spoken.intersection(known.languages))


def _answering(answer_days: float | None, answers: int) -> float:
    """The middle while nothing is known."""
    return 0.5 if answer_days is None or not answers else 1.0 / (1.0 + answer_days / 4.0)


def _promptness(answer_days: float | None, answers: int) -> list[Reason]:
    """A reason only for who answered more than once, and soon."""
    if answer_days is None or answers <= 1 or answer_days > 3.0:
        return []
    return [Reason("answers", detail=str(max(1, round(answer_days))))]


@lru_cache(maxsize=400)
def _spoken_in(markets: tuple[str, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(languages_of(market) for market in markets))


@lru_cache(maxsize=400)
def languages_of(market: str) -> frozenset[str]:
    """The languages (ISO 639) that are official in a market."""
    return frozenset(get_official_languages(market, de_facto=True))
