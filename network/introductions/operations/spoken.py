"""Whether the two spoke, said by the link in a mail: one press, without signing in, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.accounts.links import find_link, use_link
from network.accounts.queries import load_actor
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotFound
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.meeting_moves import MeetingState
from network.domain.states import Channel
from network.introductions.operations.meetings import log_meeting
from network.introductions.operations.planning import MISSED_BY, find_plan, hold_meeting, miss_meeting
from network.models import Introduction, LinkToken, MeetingPlan, User

SPOKE = "spoke"
# As long as the network asks about a meeting at all.
LINK_LIVES = timedelta(days=30)


def find_spoken(session: Session, secret: str) -> tuple[LinkToken, Introduction, MeetingPlan | None] | None:
    """What such a link asks about, used ones too; None for any other text. The plan is None where none was made."""
    link = find_link(session, SPOKE, secret)
    introduction = session.get(Introduction, link.subject_id) if link is not None else None
    if link is None or introduction is None:
        return None
    return link, introduction, find_plan(session, introduction.id)


def asks_about(link: LinkToken, introduction: Introduction, plan: MeetingPlan | None) -> bool:
    """Whether the link still asks about what stands: the same time of the same plan, or no plan and no meeting yet."""
    if introduction.state not in CONTACTS_SHARED:
        return False
    if plan is not None and plan.state is MeetingState.AGREED:
        return link.round == plan.sequence
    return link.round == 0 and introduction.met_at is None


def answer_spoken(session: Session, secret: str, answer: str, *, now: datetime) -> Introduction:
    """They spoke, and the meeting stands; or it did not happen, and who could not come is named without blame."""
    found = find_spoken(session, secret)
    if found is None or found[0].user_id is None:
        raise NotFound("no_link", "This link is not one of ours.")
    link, introduction, plan = found
    if answer != SPOKE and answer not in MISSED_BY:
        raise Invalid("answer", "Choose one of the answers.", "answer")
    if not asks_about(link, introduction, plan) or not use_link(session, link, now):
        raise Conflict("answer_used", "This link was used already, or is too old.")
    actor = load_actor(session, session.get_one(User, link.user_id), Channel.MAIL)
    planned = plan is not None and plan.state is MeetingState.AGREED
    if answer != SPOKE:
        miss_meeting(session, actor, introduction, answer, now=now)
    elif planned:
        hold_meeting(session, actor, introduction, now=now)
    else:
        log_meeting(session, actor, introduction, held_on=local_date(now, actor.timezone), now=now)
    return introduction
