"""Who fits a need, and why: scored from the rows, never from what people merely claim in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from heapq import nsmallest
from operator import itemgetter

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
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
from network.matching.capacity import asked_of_volunteer, charged_to_volunteer
from network.matching.documents import sector_path
from network.matching.fit import DEPTH_OF, Candidate, Known, Match, Wanted, reasons, score, spoken_in
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

# So many are looked at closely, those who know market and sector first.
LOOKED_AT = 400


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
    scores = [(-score(row, known[row.id], wanted, fair), row.id, row) for row in candidates]
    best = nsmallest(limit, scores, key=itemgetter(0, 1))
    return [Match(id, -score, reasons(row, known[id], wanted)) for score, id, row in best]


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
    return outlook_for_need(session, markets, sectors, help_types, now=now)[0]


def outlook_for_need(
    session: Session,
    markets: Collection[str],
    sectors: Collection[str] = (),
    help_types: Collection[str] = (),
    *,
    now: datetime,
) -> tuple[int, float | None]:
    """The same number, and in how many days these people answer on average; None where none ever did. One statement."""
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
    answered = func.avg(case((Volunteer.answers_count > 0, Volunteer.answer_days)))
    query = select(func.count(Volunteer.id), answered).where(is_findable(), _is_here(now.date()), *asked)
    number, days = session.execute(query).one()
    return number, None if days is None else float(days)


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
) -> Sequence[Candidate]:
    charged = charged_to_volunteer(now)
    in_sector, offers = _knows_sector(wanted.sectors), _offers(wanted.help_types)
    query = (
        select(
            Volunteer.id,
            Volunteer.capacity,
            charged.label("charged"),
            asked_of_volunteer(now).label("asked"),
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


def _known(session: Session, ids: Sequence[int], wanted: Wanted) -> dict[int, Known]:
    """What of the wanted each of them knows and offers: codes that cannot count are not read."""
    known = {volunteer_id: Known() for volunteer_id in ids}
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
            spoken_in(wanted.markets),
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
            one.markets[code] = DEPTH_OF[detail]
        else:
            {"sector": one.sectors, "help": one.help_types, "language": one.languages}[kind].append(code)
    return known
