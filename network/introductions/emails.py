"""Mail about introductions, by event. Contact details stand in one of them only: the one to both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.domain.introduction_moves import OFFERS
from network.domain.meeting_moves import MeetingState
from network.domain.states import Confidentiality, IntroductionState, Waiting
from network.domain.text import contains_contact_details
from network.introductions.operations.planning import find_plan
from network.introductions.queries import answer_due, contacts_of, need_of, volunteer_of
from network.mail.compose import link, post
from network.mail.recipients import Recipient, recipient_of
from network.mail.replies import CUT, reply_address
from network.models import Introduction, IntroductionMessage, Need, Organisation, User, Volunteer
from network.needs.emails import firm_in_words, need_facts
from network.needs.queries import brokers_of, staff_users, unconflicted_with
from network.outbox.registry import handles

_I = IntroductionState
# An answer to these by mail lands in the thread.
ANSWERED_BY_MAIL = frozenset(
    {
        "introduction_offered",
        "introduction_offer_reminder",
        "introduction_question",
        "introduction_answer",
        "introduction_accepted",
        "introduction_accepted_thanks",
        "introduction_message",
    }
)

# --- who, and what about ----------------------------------------------------------------


def _introduction(session: Session, payload: dict[str, Any]) -> Introduction | None:
    return session.get(Introduction, payload["introduction_id"])


def _volunteer_recipient(session: Session, volunteer: Volunteer) -> Recipient | None:
    user = session.get(User, volunteer.user_id) if volunteer.user_id else None
    if user is None:
        return None
    # Clocks run by the volunteer's own calendar, so their mail speaks of the same days.
    return Recipient(user.email, volunteer.name, volunteer.timezone, user.id)


def introduction_facts(session: Session, introduction: Introduction, now: datetime) -> dict[str, Any]:
    """What any mail about an introduction may say to either side; nothing that anybody wrote."""
    need, volunteer = need_of(session, introduction), volunteer_of(session, introduction)
    organisation = session.get_one(Organisation, need.organisation_id)
    named = need.confidentiality == Confidentiality.OPEN or introduction.introduced_at is not None
    return {
        **need_facts(session, need),
        "introduction_id": introduction.id,
        "url": link(f"/introductions/{introduction.id}"),
        "need_url": link(f"/needs/{need.id}"),
        "volunteer_name": plain_name(volunteer.name, _("the volunteer")),
        "requester_name": plain_name(session.get_one(User, need.requester_id).name, _("the requester")),
        "firm": firm_in_words(organisation, named=named),
        "due_at": introduction.next_action_at,
        "ends_at": answer_due(session, introduction, now),
        "expires_at": introduction.expires_at,
    }


def plain_name(name: str, instead: str) -> str:
    """A person's name, unless somebody made an advertisement of it."""
    return instead if contains_contact_details(name) else name


def tell_volunteer(
    session: Session, introduction: Introduction, event: str, now: datetime, key: str, **more: Any
) -> None:
    """Write to the volunteer, where they have an account."""
    to = _volunteer_recipient(session, volunteer_of(session, introduction))
    if to is not None:
        _post(session, introduction, event, to, now, key, side="volunteer", **more)


def tell_requester(
    session: Session, introduction: Introduction, event: str, now: datetime, key: str, **more: Any
) -> None:
    """Write to whoever asks."""
    requester = session.get_one(User, need_of(session, introduction).requester_id)
    _post(session, introduction, event, recipient_of(requester), now, key, side="requester", **more)


def _tell_both(
    session: Session, introduction: Introduction, event: str, now: datetime, key: str, **more: Any
) -> None:
    tell_volunteer(session, introduction, event, now, key, **more)
    tell_requester(session, introduction, event, now, key, **more)


def _post(
    session: Session,
    introduction: Introduction,
    event: str,
    to: Recipient,
    now: datetime,
    key: str,
    *,
    kind: str = "service",
    reply_to: str | None = None,
    **more: Any,
) -> None:
    facts = introduction_facts(session, introduction, now)
    facts["other_name"] = facts["requester_name" if more.get("side") == "volunteer" else "volunteer_name"]
    answer = reply_address(introduction.id, to.user_id) if event in ANSWERED_BY_MAIL else None
    post(
        session,
        event,
        to,
        key=f"introduction:{introduction.id}:{key}",
        now=now,
        kind=kind,
        reply_to=answer or reply_to,
        before=facts["ends_at"],
        **{**facts, "reply_mark": CUT if answer else "", **more},
    )


def issue_answer_url(session: Session, introduction: Introduction, now: datetime) -> str:
    """A new answer link, bound to this offer and living as long as it; it acts for the volunteer alone."""
    volunteer = volunteer_of(session, introduction)
    token = issue_link(
        session,
        "answer",
        introduction.id,
        now=now,
        expires_at=introduction.expires_at or now,
        user_id=volunteer.user_id,
        round=introduction.offer_round,
    )
    return link_url(token)


def words_of(session: Session, message_id: int) -> str:
    """What was written, where its writer proved their address and no address or link stands in it; else nothing."""
    message = session.get_one(IntroductionMessage, message_id)
    author = session.get(User, message.author_id) if message.author_id else None
    verified = author is not None and author.email_verified_at is not None
    return message.text if verified and not contains_contact_details(message.text) else ""


# --- the offer --------------------------------------------------------------------------


@handles("introduction.offered")
def tell_offered(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer is asked, with a link that answers without signing in."""
    introduction = _introduction(session, payload)
    if introduction is None or not _is_out(introduction, payload, _I.OFFERED):
        return
    answer_url = issue_answer_url(session, introduction, now)
    key = f"offer:{introduction.offer_round}"
    tell_volunteer(session, introduction, "introduction_offered", now, key, answer_url=answer_url)


def _is_out(introduction: Introduction, payload: dict[str, Any], *states: IntroductionState) -> bool:
    """The offer of the event is still the one that is out."""
    return introduction.state in states and introduction.offer_round == payload["round"]


@handles("introduction.question_asked")
def tell_question(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The asking side knows that a question waits, and until when; the words stand on the page."""
    introduction = _introduction(session, payload)
    if introduction is not None and introduction.turn == "requester":
        key = f"question:message:{payload['message_id']}"
        words = words_of(session, payload["message_id"])
        tell_requester(session, introduction, "introduction_question", now, key, again=False, words=words)


@handles("introduction.question_answered")
def tell_answer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer has the answer, and a new link to decide by."""
    introduction = _introduction(session, payload)
    if introduction is None or not _is_out(introduction, payload, _I.EXPLORING):
        return
    answer_url = issue_answer_url(session, introduction, now)
    key, words = f"answer:message:{payload['message_id']}", words_of(session, payload["message_id"])
    tell_volunteer(session, introduction, "introduction_answer", now, key, answer_url=answer_url, words=words)


@handles("introduction.declined", "introduction.referred_on")
def tell_not_available(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester reads "not available", and what happens next; never why."""
    introduction = _introduction(session, payload)
    if introduction is not None:
        key = f"no:{introduction.offer_round}"
        tell_requester(session, introduction, "introduction_not_available", now, key)


@handles("introduction.expired")
def tell_expired(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer may still say yes while the need is open; the requester reads "not available"."""
    introduction = _introduction(session, payload)
    if introduction is None or introduction.state != _I.EXPIRED:
        return
    key = f"expired:{payload['round']}"
    tell_volunteer(session, introduction, "introduction_expired", now, key)
    tell_requester(session, introduction, "introduction_not_available", now, f"no:{payload['round']}")


_NOT_TOLD = frozenset({"volunteer_left", "merged", "by_volunteer"})


@handles("introduction.withdrawn")
def tell_withdrawn(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Whoever was asked is thanked; the requester knows where that leaves them."""
    introduction = _introduction(session, payload)
    if introduction is None or introduction.offered_at is None or payload["was"] == "proposed":
        return
    why, key = payload["why"], f"withdrawn:{payload['round']}"
    if why not in _NOT_TOLD:
        tell_volunteer(session, introduction, "introduction_withdrawn", now, key, why=why)
    if why == "requester_silent":
        tell_requester(session, introduction, "introduction_lapsed", now, key, was=payload["was"])
    elif why in {"volunteer_left", "by_volunteer", "unreachable"}:
        tell_requester(session, introduction, "introduction_not_available", now, f"no:{payload['round']}")


# --- the introduction -------------------------------------------------------------------


@handles("introduction.accepted")
def tell_accepted(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester is asked to share their details; the volunteer knows that this is what is waited for."""
    introduction = _introduction(session, payload)
    if introduction is not None and introduction.state == _I.ACCEPTED:
        key = f"accepted:{introduction.offer_round}"
        tell_requester(session, introduction, "introduction_accepted", now, key, again=False)
        tell_volunteer(session, introduction, "introduction_accepted_thanks", now, key)


@handles("introduction.introduced")
def introduce(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The one mail to both: each has the other's details, and a reply goes to the other."""
    introduction = _introduction(session, payload)
    if introduction is None or introduction.introduced_at is None:
        return
    volunteer, requester = contacts_of(session, introduction)
    to_volunteer = _volunteer_recipient(session, volunteer_of(session, introduction))
    to_requester = recipient_of(session.get_one(User, requester.user_id))
    plan = find_plan(session, introduction.id)
    facts = {
        **introduction_facts(session, introduction, now),
        "volunteer": volunteer,
        "requester": requester,
        # Times that came with the yes: the other side chooses, and need not offer its own.
        "has_times": plan is not None and plan.state is MeetingState.PROPOSED,
    }
    for to, other, side in (
        (to_volunteer, requester, "volunteer"),
        (to_requester, volunteer, "requester"),
    ):
        if to is not None:
            post(
                session,
                "introduction_introduced",
                to,
                key=f"introduction:{introduction.id}",
                now=now,
                reply_to=other.email,
                side=side,
                other=other,
                **facts,
            )


@handles("introduction.no_contact", "introduction.stalled", "introduction.cancelled")
def tell_end(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Both sides know that the network counts it as over, and how it can go on."""
    introduction = _introduction(session, payload)
    events = {
        _I.NO_CONTACT: "introduction_no_contact",
        _I.STALLED: "introduction_stalled",
        _I.CANCELLED: "introduction_cancelled",
    }
    if introduction is None or introduction.offered_at is None or introduction.state not in events:
        return
    _tell_both(session, introduction, events[introduction.state], now, f"end:{introduction.ended_at}")


@handles("introduction.completed")
def tell_completed(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer is thanked; the asking side knows that it will be asked what came of it."""
    introduction = _introduction(session, payload)
    if introduction is not None and introduction.state == _I.COMPLETED:
        by_clock = introduction.state_reason == "silent_after_meeting"
        _tell_both(session, introduction, "introduction_completed", now, "completed", by_clock=by_clock)


@handles("introduction.thanked")
def pass_thanks_on(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The volunteer knows that thanks are waiting for them."""
    introduction = _introduction(session, payload)
    if introduction is not None:
        tell_volunteer(session, introduction, "introduction_thanked", now, "thanked")


@handles("introduction.volunteer_left")
def tell_volunteer_left(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The firm knows that the network no longer reaches this volunteer."""
    introduction = _introduction(session, payload)
    if introduction is not None:
        tell_requester(session, introduction, "introduction_volunteer_left", now, "left")


# --- reminders --------------------------------------------------------------------------


@handles("introduction.reminder")
def remind(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A reminder of the clock, unless the introduction has moved on since."""
    introduction = _introduction(session, payload)
    if introduction is None or introduction.state.value != payload["state"]:
        return
    key = f"{payload['step']}:{payload['round']}:{payload['at']}"
    if payload["step"] == "nudge":
        _nudge(session, introduction, key, now)
        return
    if payload["step"] in LINKED_STEPS:
        # Each side has a link of its own: following_mail.py.
        return
    to_both = _TO_BOTH.get(payload["step"])
    if to_both is not None:
        days = introduction.followed_up_days
        _tell_both(session, introduction, to_both, now, key, kind="reminder", days=days)
    else:
        _tell_who_holds(session, introduction, payload["step"], key, now)


_TO_BOTH = {"ask_progress": "introduction_progress"}
LINKED_STEPS = frozenset({"ask_both", "ask_feedback", "follow_up"})


def _nudge(session: Session, introduction: Introduction, key: str, now: datetime) -> None:
    if introduction.state in OFFERS and introduction.turn != "requester":
        answer_url = issue_answer_url(session, introduction, now)
        asked = introduction.state == _I.EXPLORING
        tell_volunteer(
            session,
            introduction,
            "introduction_offer_reminder",
            now,
            key,
            kind="reminder",
            answer_url=answer_url,
            asked=asked,
            nudge=introduction.nudges,
        )
        return
    event = {
        _I.EXPLORING: "introduction_question",
        _I.ACCEPTED: "introduction_accepted",
        _I.INTRODUCED: "introduction_write_first",
    }[introduction.state]
    tell_requester(session, introduction, event, now, key, kind="reminder", again=True)


def _tell_who_holds(session: Session, introduction: Introduction, step: str, key: str, now: datetime) -> None:
    need = need_of(session, introduction)
    for user in _holders(session, introduction, need, step):
        _post(
            session,
            introduction,
            "introduction_for_broker",
            recipient_of(user),
            now,
            key,
            kind="reminder",
            step=step,
            queue_url=link("/queue"),
        )


def _holders(session: Session, introduction: Introduction, need: Need, step: str) -> list[User]:
    if step == "hand_to_broker" and introduction.next_action_by != Waiting.STAFF:
        return brokers_of(session, need)
    return unconflicted_with(session, staff_users(session), need)
