"""What staff read of concerns: the list, and one with what was decided about the same before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from network.domain.actor import Actor
from network.domain.concerns import WAITS, ConcernAbout, ConcernState, Measure
from network.models import Concern, Need, Transition, User, Volunteer
from network.moderation.policy import can_decide_concern, concerns_visible_to
from network.moderation.queries import get_concern, measures_open, record_of
from network.web.concern_words import MEASURES, RECORD
from network.web.paging import Page

SIZE = 30


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """One line of the list."""

    id: int
    name: str
    about: ConcernAbout
    kind: str
    state: ConcernState
    created_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record: what was done, in whose words, by whom."""

    text: str
    at: datetime
    who: str | None
    note: str | None
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """Everything staff need to decide."""

    concern: Concern
    name: str
    reporter: str
    person: str
    record: Sequence[Line]
    may_decide: bool
    measures: tuple[Measure, ...]
    earlier: Sequence[Concern]


def concern_list(session: Session, actor: Actor, number: int, *, waiting: bool) -> Page[ConcernRow]:
    """Concerns that staff may look at, what is due first, then the latest that were decided; two statements."""
    where = [concerns_visible_to(actor)]
    if waiting:
        where.append(Concern.state.in_(sorted(WAITS)))
    total = session.scalar(select(func.count(Concern.id)).where(*where)) or 0
    of_volunteer = and_(Concern.about == ConcernAbout.VOLUNTEER, Volunteer.id == Concern.subject_id)
    of_need = and_(Concern.about == ConcernAbout.NEED, Need.id == Concern.subject_id)
    found = session.execute(
        select(Concern, func.coalesce(Volunteer.name, Need.title))
        .outerjoin(Volunteer, of_volunteer)
        .outerjoin(Need, of_need)
        .where(*where)
        .order_by(
            case((Concern.next_action_at.is_(None), 1), else_=0),
            Concern.next_action_at,
            Concern.created_at.desc(),
            Concern.id.desc(),
        )
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    rows = [
        ConcernRow(
            one.id, name or "", one.about, one.kind.value, one.state, one.created_at, one.next_action_at
        )
        for one, name in found
    ]
    return Page(rows, number, SIZE, total)


def concern_page(session: Session, actor: Actor, concern_id: int) -> ConcernPage:
    """One concern for staff, with all that was decided and said so far; five statements."""
    concern = get_concern(session, actor, concern_id)
    reporter, person = aliased(User), aliased(User)
    of_volunteer = and_(Concern.about == ConcernAbout.VOLUNTEER, Volunteer.id == Concern.subject_id)
    of_need = and_(Concern.about == ConcernAbout.NEED, Need.id == Concern.subject_id)
    name, told_by, about = session.execute(
        select(func.coalesce(Volunteer.name, Need.title), reporter.name, person.name)
        .select_from(Concern)
        .join(reporter, reporter.id == Concern.reporter_id)
        .outerjoin(person, person.id == Concern.person_id)
        .outerjoin(Volunteer, of_volunteer)
        .outerjoin(Need, of_need)
        .where(Concern.id == concern.id)
    ).one()
    same = and_(Concern.about == concern.about, Concern.subject_id == concern.subject_id)
    earlier = session.scalars(
        select(Concern)
        .where(
            or_(same, and_(Concern.person_id.is_not(None), Concern.person_id == concern.person_id)),
            Concern.id != concern.id,
            concerns_visible_to(actor),
        )
        .order_by(Concern.created_at.desc(), Concern.id.desc())
        .limit(10)
    ).all()
    return ConcernPage(
        concern=concern,
        name=name or "",
        reporter=told_by,
        person=about or "",
        record=[_line(concern, moved, who) for moved, who in record_of(session, concern.id)],
        may_decide=concern.state in WAITS and can_decide_concern(actor, concern),
        measures=measures_open(session, concern),
        earlier=earlier,
    )


def _line(concern: Concern, moved: Transition, who: str | None) -> Line:
    text = str(RECORD[moved.action])
    if moved.action == "uphold" and concern.measure is not None:
        text = f"{text}: {MEASURES[concern.measure.value]}"
    return Line(text, moved.at, who, moved.reason, _TONES.get(moved.action))


_TONES = {"uphold": "bad", "confirm": "bad", "overturn": "good", "appeal": "waiting", "tell": "note"}
