"""What the list of needs and the form of a need show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.introduction_moves import COUNTS_TOWARDS_WANTED, OFFERS
from network.domain.need_moves import COUNTS_AGAINST_CAP, ENDED
from network.domain.organisation_moves import MAY_EXCHANGE, MAY_SUBMIT
from network.domain.states import NeedState, OrganisationState, Role, Waiting
from network.introductions.queries import count_in
from network.matching.ranking import outlook_for_need
from network.models import (
    Chapter,
    Introduction,
    Need,
    NeedMarket,
    Organisation,
    OrganisationMember,
    User,
    Volunteer,
)
from network.needs.policy import needs_asked_by, needs_watched_by
from network.needs.queries import Topics, count_open_needs, find_owner_chapter, shown_about
from network.rules import limits
from network.volunteers.policy import is_findable, volunteers_visible_to
from network.web.labels import whoever_reads
from network.web.need_words import stands_words
from network.web.paging import Page
from network.web.row_ids import row_numbers

SIZE = 20
_WAITS = and_(Need.state.not_in(sorted(ENDED)), Need.next_action_by == Waiting.REQUESTER)
TABS = ("waiting", "colleagues", "under-way", "drafts", "closed")


def _tabs(actor: Actor, *, brokered: bool) -> dict[str, ColumnElement[bool]]:
    """What each tab holds: "waiting" is the reader's own turn; for brokers, the turn of whoever asks."""
    own: ColumnElement[bool] = Need.requester_id == (actor.user_id or 0)
    waits = (
        {"waiting": _WAITS} if brokered else {"waiting": and_(_WAITS, own), "colleagues": and_(_WAITS, ~own)}
    )
    return waits | {
        "under-way": Need.state.in_(sorted(COUNTS_AGAINST_CAP)),
        "drafts": Need.state == NeedState.DRAFT,
        "closed": Need.state.in_(sorted(ENDED)),
    }


# --- the list ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One need of the list."""

    id: int
    title: str
    state: NeedState
    organisation: str
    owner: str | None
    markets: tuple[str, ...]
    updated_at: datetime
    next_action_by: str | None
    next_action_at: datetime | None
    deadline_on: date | None
    urgent: bool
    asked: int
    accepted: int
    is_mine: bool
    requester: str
    stands: str

    @property
    def waits_for_asker(self) -> bool:
        """Whether the requester is to act."""
        return self.next_action_by == Waiting.REQUESTER and self.state not in ENDED

    @property
    def waits_for_me(self) -> bool:
        """Whether the reader is the requester and is to act."""
        return self.waits_for_asker and self.is_mine


@dataclass(frozen=True, slots=True)
class NeedList:
    """A page of needs with the number of each tab."""

    page: Page[NeedRow]
    counts: dict[str, int]


def need_list(
    session: Session, actor: Actor, number: int, tab: str, *, now: datetime, brokered: bool = False
) -> NeedList:
    """The actor's and their organisation's needs (or those they broker): what waits for the asker first."""
    mine = needs_watched_by(actor) if brokered else needs_asked_by(actor)
    tabs = _tabs(actor, brokered=brokered)
    counts = session.execute(
        select(
            func.count(), *(func.count().filter(condition).label(name) for name, condition in tabs.items())
        )
        .select_from(Need)
        .where(mine)
    ).one()
    where = [mine, tabs[tab]] if tab in tabs else [mine]
    query = (
        select(
            Need,
            Organisation.name,
            User.name,
            Chapter.name,
            count_in(OFFERS),
            count_in(COUNTS_TOWARDS_WANTED),
        )
        .join(User, User.id == Need.requester_id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(Chapter, Chapter.id == Need.owner_chapter_id)
        .where(*where)
        .order_by(
            case((tabs["waiting"], 0), (tabs["closed"], 2), else_=1), Need.updated_at.desc(), Need.id.desc()
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    found = session.execute(query).all()
    markets = markets_of_needs(session, [row[0].id for row in found])
    rows = [
        _row(actor, need, organisation, requester, owner, markets.get(need.id, ()), asked, accepted, now)
        for need, organisation, requester, owner, asked, accepted in found
    ]
    numbers = dict(zip(("all", *tabs), counts, strict=True))
    return NeedList(Page(rows, number, SIZE, numbers.get(tab, numbers["all"])), numbers)


def _row(
    actor: Actor,
    need: Need,
    organisation: str,
    requester: str,
    owner: str | None,
    markets: tuple[str, ...],
    asked: int,
    accepted: int,
    now: datetime,
) -> NeedRow:
    return NeedRow(
        id=need.id,
        title=need.title,
        state=need.state,
        organisation=organisation,
        owner=owner,
        markets=markets,
        updated_at=need.updated_at,
        next_action_by=need.next_action_by,
        next_action_at=need.next_action_at,
        deadline_on=need.deadline_on,
        urgent=need.urgent,
        asked=asked,
        accepted=accepted,
        is_mine=actor.is_user(need.requester_id),
        requester=requester,
        stands=stands_words(need, owner, asked, accepted, actor.timezone, now),
    )


def markets_of_needs(session: Session, need_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The markets of many needs, the first one first; one statement."""
    query = select(NeedMarket.need_id, NeedMarket.market).where(NeedMarket.need_id.in_(need_ids))
    found: dict[int, tuple[str, ...]] = {}
    for need_id, market in session.execute(query.order_by(NeedMarket.position, NeedMarket.market)):
        found[need_id] = (*found.get(need_id, ()), market)
    return found


# --- the form ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asker:
    """An organisation for which the actor may ask."""

    id: int
    name: str
    state: OrganisationState
    is_university: bool
    place: str | None = None
    about: str = ""

    @property
    def may_ask(self) -> bool:
        """Whether a need of it can be sent at all."""
        return self.state in MAY_SUBMIT

    @property
    def is_checked(self) -> bool:
        """Whether volunteers can be asked for it."""
        return self.state in MAY_EXCHANGE


def askers_of(session: Session, actor: Actor) -> list[Asker]:
    """The organisations of the actor, in the order of joining."""
    query = (
        select(Organisation)
        .join(OrganisationMember, OrganisationMember.organisation_id == Organisation.id)
        .where(OrganisationMember.user_id == actor.user_id, OrganisationMember.approved_at.is_not(None))
        .order_by(OrganisationMember.id)
    )
    return [
        Asker(
            one.id,
            one.name,
            one.state,
            one.id in actor.office_organisation_ids,
            one.home_place,
            shown_about(one),
        )
        for one in session.scalars(query)
    ]


def may_ask_for_others(actor: Actor) -> bool:
    """Whether the actor may ask for a spin-out: the office of a university."""
    return Role.UNIVERSITY_OFFICE in actor.roles


# A reader's shortlist holds as many.
MOST_WISHES = 5


def wishes_of(text: str | None) -> list[int]:
    """The volunteers whom a form or an address names."""
    return row_numbers(text, MOST_WISHES)


def named_volunteers(session: Session, actor: Actor, volunteer_ids: Sequence[int]) -> list[Volunteer]:
    """The volunteers whom the actor wants to meet, as far as they may find them, in their order."""
    wanted = [one for one in volunteer_ids if not actor.is_volunteer(one)]
    if not wanted:
        return []
    query = select(Volunteer).where(Volunteer.id.in_(wanted), is_findable(), volunteers_visible_to(actor))
    found = {row.id: row for row in session.scalars(query)}
    return [found[one] for one in wanted if one in found]


def needs_to_add_to(session: Session, actor: Actor, volunteers: Sequence[Volunteer]) -> list[tuple[int, str]]:
    """The actor's live needs for which not all of these volunteers were asked yet, the latest first."""
    taken = (
        exists().where(Introduction.need_id == Need.id, Introduction.volunteer_id == one.id).correlate(Need)
        for one in volunteers
    )
    query = (
        select(Need.id, Need.title)
        .where(
            needs_asked_by(actor),
            Need.state.in_(sorted(COUNTS_AGAINST_CAP)),
            or_(*(~asked for asked in taken)),
        )
        .order_by(Need.updated_at.desc(), Need.id.desc())
        .limit(5)
    )
    return [(id, title) for id, title in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who could help, and who will read it first."""

    helpers: int | None
    owner: str | None
    answer_days: int | None = None


def outlook_of(session: Session, topics: Topics, now: datetime) -> Outlook:
    """How many volunteers fit what was chosen so far, and the chapter that will own it; two or three statements."""
    # A refused form still shows its outlook: what cannot be a code never reaches the database.
    topics = Topics(
        *(
            tuple(filter(str.isprintable, codes))
            for codes in (topics.markets, topics.sectors, topics.help_types)
        )
    )
    if not topics.markets and not topics.sectors and not topics.help_types:
        return Outlook(None, None)
    chapter = find_owner_chapter(session, topics.markets, topics.sectors)
    helpers, days = outlook_for_need(session, topics.markets, topics.sectors, topics.help_types, now=now)
    return Outlook(helpers, chapter.name if chapter else None, None if days is None else max(1, round(days)))


def helper_words(outlook: Outlook) -> str:
    """How many could help, as a sentence."""
    if outlook.helpers is None:
        return str(_("Choose a market, and you see here how many volunteers could help."))
    if outlook.helpers == 0:
        return str(
            _("Nobody fits all of it yet. Send it all the same: we look further, and learn what is missing.")
        )
    return str(ngettext("%(num)d volunteer could help", "%(num)d volunteers could help", outlook.helpers))


def owner_words(outlook: Outlook) -> str:
    """Who reads it first, as a sentence; empty while nothing is chosen."""
    if outlook.helpers is None:
        return ""
    first = _(
        "%(who)s will read it first and answer within three working days.",
        who=whoever_reads(outlook.owner, begins=True),
    )
    if outlook.answer_days is None:
        return str(first)
    usual = ngettext(
        "Who fits usually answers within a day.",
        "Who fits usually answers within %(num)d days.",
        outlook.answer_days,
    )
    return f"{first} {usual}"


def full_words(session: Session, asker: Asker | None) -> str:
    """That nothing more can be sent for now, said before somebody has written; empty where there is room."""
    most = limits().open_needs_per_organisation
    if asker is None or count_open_needs(session, asker.id) < most:
        return ""
    return str(
        _(
            "%(name)s has %(n)s needs under way, as many as it may have at once. Write this one all the same and save "
            "it: you can send it when one of them is closed.",
            name=asker.name,
            n=most,
        )
    )


def earlier_needs(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """What the actor sent before, the latest first, to begin a new need from; a title told twice stands once."""
    query = (
        select(Need.id, Need.title)
        .where(Need.requester_id == actor.user_id, Need.state != NeedState.DRAFT, Need.title != "")
        .order_by(Need.id.desc())
        .limit(20)
    )
    latest = {title: id for id, title in reversed(session.execute(query).all())}
    return sorted(((id, title) for title, id in latest.items()), reverse=True)[:6]
