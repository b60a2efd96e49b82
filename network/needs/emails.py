"""Mail about needs, by event. Nothing a requester wrote stands in a mail: codes and names of checked firms do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.reference import Market, find_help_type, find_home_place, find_market, find_sector
from network.domain.cascade import offers_allowed, parallel_offers
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.organisation_moves import MAY_EXCHANGE
from network.domain.states import Confidentiality, NeedState, Waiting
from network.domain.text import contains_contact_details
from network.mail.compose import link, post
from network.mail.recipients import recipient_of
from network.models import Introduction, Need, Organisation, User
from network.needs.queries import Topics, answer_due, brokers_of, get_topics, staff_users, unconflicted_with
from network.outbox.registry import handles
from network.rules import limits

# --- what mails say about a need ---------------------------------------------------------


def need_facts(session: Session, need: Need) -> dict[str, Any]:
    """What any mail about a need may say: what kind of help, for which market, from whom if that was checked."""
    organisation = session.get_one(Organisation, need.organisation_id)
    return {
        "need_id": need.id,
        "url": link(f"/needs/{need.id}"),
        "about": about_need(get_topics(session, need)),
        "firm": firm_in_words(organisation),
        "deadline_on": need.deadline_on,
        "urgent": need.urgent,
        "due_at": need.next_action_at,
        "ends_at": answer_due(session, need),
        "wanted": need.wanted,
        "is_confidential": need.confidentiality is Confidentiality.CONFIDENTIAL,
        "waits_for_asker": need.next_action_by == Waiting.REQUESTER,
    }


# Countries whose names take an article in a sentence.
_WITH_ARTICLE = frozenset(
    [
        "AE",
        "BS",
        "CD",
        "CF",
        "CG",
        "CZ",
        "DO",
        "GB",
        "GM",
        "KM",
        "KY",
        "MH",
        "MP",
        "MV",
        "NL",
        "PH",
        "SB",
        "SC",
        "TC",
        "US",
        "VG",
        "VI",
    ]
)


def about_need(topics: Topics) -> str:
    """ "market insight for the United Arab Emirates (energy)", out of codes alone, as part of a sentence."""
    help_types = _joined([_small(one.label) for one in map(find_help_type, topics.help_types[:2]) if one])
    markets = _joined([_with_article(one) for one in map(find_market, topics.markets) if one])
    sectors = _joined([_small(one.label) for one in map(find_sector, topics.sectors[:2]) if one])
    words = _("%(help)s for %(market)s", help=help_types or _("help"), market=markets or _("a market abroad"))
    return f"{words} ({sectors})" if sectors else str(words)


def _joined(names: list[str]) -> str:
    return str(_(" and ")).join(names)


def _small(label: str) -> str:
    """A label inside a sentence; what begins with two capitals is an abbreviation and stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _with_article(market: Market) -> str:
    return str(_("the %(market)s", market=market.label)) if market.code in _WITH_ARTICLE else market.label


def firm_in_words(organisation: Organisation, *, named: bool = True) -> str:
    """The firm's name where it was checked; else what it is and where it is from; nothing where it stays unnamed."""
    if not named:
        return str(_("A firm or university that stays unnamed for now"))
    if organisation.state in MAY_EXCHANGE and not contains_contact_details(organisation.name):
        return organisation.name
    place = find_home_place(organisation.home_place)
    kinds = {"university": _("A university"), "agency": _("An agency")}
    what = kinds.get(organisation.kind.value, _("A firm"))
    return str(_("%(what)s in %(place)s", what=what, place=place.label) if place else what)


def _need(session: Session, payload: dict[str, Any]) -> Need | None:
    return session.get(Need, payload["need_id"])


def _requester(session: Session, need: Need) -> User:
    return session.get_one(User, need.requester_id)


def _tell_requester(
    session: Session, need: Need, event: str, now: datetime, key: str, kind: str = "service", **more: Any
) -> None:
    post(
        session,
        event,
        recipient_of(_requester(session, need)),
        key=f"need:{need.id}:{key}",
        now=now,
        kind=kind,
        **{**need_facts(session, need), **more},
    )


def _tell_brokers(
    session: Session,
    need: Need,
    event: str,
    now: datetime,
    key: str,
    kind: str = "service",
    besides: int | None = None,
    **more: Any,
) -> None:
    for user in brokers_of(session, need):
        if user.id == besides:
            continue
        post(
            session,
            event,
            recipient_of(user),
            key=f"need:{need.id}:{key}",
            now=now,
            kind=kind,
            **{**need_facts(session, need), "queue_url": link("/queue"), **more},
        )


# --- triage -----------------------------------------------------------------------------


@handles("need.submitted")
def tell_submitted(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester has a receipt with the day of the answer, the owner's brokers a task."""
    need = _need(session, payload)
    if need is None or need.state not in {NeedState.SUBMITTED, NeedState.IN_TRIAGE}:
        return
    appealed = need.appealed_at is not None
    key = f"submitted:{payload['at']}"
    _tell_requester(session, need, "need_received", now, key, appealed=appealed)
    if not _passed_on_since(need, payload):
        _tell_brokers(session, need, "need_for_broker", now, key, why="appealed" if appealed else "submitted")


def _passed_on_since(need: Need, payload: dict[str, Any]) -> bool:
    """Staff have it by now and are told so: an event from before that comes late, or twice, is not for them too."""
    return need.escalated_at is not None and need.escalated_at.isoformat() > payload["at"]


@handles("need.edited", "need.flagged", "need.reassigned")
def tell_back_in_triage(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Brokers look at it (again): it was changed, flagged, or handed to them."""
    need = _need(session, payload)
    if need is None or need.next_action_at is None or _passed_on_since(need, payload):
        return
    why = "reassigned"
    if need.state == NeedState.IN_TRIAGE and need.opened_at is not None:
        why = "again"
    # Who handed it on; who took it on themselves knows.
    giver = session.get(User, payload["by"]) if payload.get("by") else None
    # The key says the event and not the state: a repeat that comes when the need has moved on tells nobody twice.
    key, by = f"back:{payload['at']}", giver.name if giver else ""
    besides = giver.id if giver else None
    _tell_brokers(session, need, "need_for_broker", now, key, besides=besides, why=why, by=by)


@handles("need.escalated")
def tell_staff(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Staff have it now: the chapter let the time pass, or asked them to."""
    need = _need(session, payload)
    if need is not None:
        _tell_staff(session, need, f"escalated:{payload['at']}", now)


def _tell_staff(session: Session, need: Need, key: str, now: datetime, kind: str = "service") -> None:
    for user in unconflicted_with(session, staff_users(session), need):
        post(
            session,
            "need_for_staff",
            recipient_of(user),
            key=f"need:{need.id}:{key}",
            now=now,
            kind=kind,
            **{**need_facts(session, need), "queue_url": link("/queue")},
        )


@handles("need.info_asked")
def tell_info_asked(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester reads the broker's question and by when."""
    need = _need(session, payload)
    if need is not None and need.state == NeedState.NEEDS_INFO:
        key = f"info:{payload['at']}"
        _tell_requester(session, need, "need_info_asked", now, key, question=need.state_reason, again=False)


@handles("need.opened")
def tell_opened(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester knows that somebody will be asked."""
    need = _need(session, payload)
    if need is not None and need.state == NeedState.OPEN:
        bounds = limits()
        parallel = parallel_offers(need.urgent, bounds.parallel_offers, bounds.parallel_offers_urgent)
        at_a_time = offers_allowed(0, 0, need.wanted, parallel)
        _tell_requester(session, need, "need_opened", now, f"opened:{payload['at']}", at_a_time=at_a_time)


@handles("need.refused")
def tell_refused(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester reads why, and that there is one appeal."""
    need = _need(session, payload)
    if need is not None and need.state == NeedState.REFUSED:
        may_appeal = need.appealed_at is None
        key = f"refused:{payload['at']}"
        _tell_requester(
            session, need, "need_refused", now, key, reason=need.state_reason, may_appeal=may_appeal
        )


# --- ends -------------------------------------------------------------------------------


@handles("need.withdrawn")
def tell_withdrawn(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester has it in writing; of a draft they threw away themselves nobody needs a mail."""
    need = _need(session, payload)
    if need is None:
        return
    by_clock = need.state_reason in {"draft_left_alone", "question_unanswered"}
    if payload.get("was") != NeedState.DRAFT.value or by_clock:
        _tell_requester(
            session, need, "need_withdrawn", now, "withdrawn", why=need.state_reason if by_clock else ""
        )


@handles("need.closed_unmet")
def tell_closed_unmet(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester reads that nobody was found, why, and what they can do."""
    need = _need(session, payload)
    if need is not None and need.state == NeedState.CLOSED_UNMET:
        _tell_requester(session, need, "need_closed_unmet", now, "closed_unmet", reason=need.state_reason)


@handles("need.fulfilled")
def tell_fulfilled(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester knows it is closed, and that what came of it will be asked."""
    need = _need(session, payload)
    if need is not None and need.state == NeedState.FULFILLED:
        by_clock = need.state_reason == "no_answer_means_done"
        _tell_requester(session, need, "need_fulfilled", now, "fulfilled", by_clock=by_clock)


# --- while it is open -------------------------------------------------------------------


@handles("need.exhausted")
def tell_exhausted(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Brokers have a task of three working days; the requester knows who looks after it until when."""
    need = _need(session, payload)
    if need is None or need.exhausted_at is None:
        return
    key = f"exhausted:{payload['at']}"
    if not _passed_on_since(need, payload):
        _tell_brokers(session, need, "need_exhausted", now, key, may_renew=need.renewed_at is None)
    _tell_requester(session, need, "need_all_asked", now, key)


@handles("need.enough")
def tell_enough(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The requester is asked whether that was it."""
    need = _need(session, payload)
    if need is not None and need.asked_if_done_at is not None and need.state == NeedState.OPEN:
        asked = need.asked_if_done_at.date().isoformat()
        _tell_requester(session, need, "need_enough", now, f"enough:{asked}")


@handles("need.handed_over")
def tell_handed_over(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The colleague who asks from now on knows it."""
    need = _need(session, payload)
    if need is not None:
        key = f"handed_over:{payload['at']}"
        introduced = bool(session.scalar(select(_introduced(need.id))))
        _tell_requester(session, need, "need_handed_over", now, key, introduced=introduced)


def _introduced(need_id: int) -> ColumnElement[bool]:
    shared = Introduction.state.in_(sorted(CONTACTS_SHARED))
    return select(Introduction.id).where(Introduction.need_id == need_id, shared).exists()


@handles("need.reminder")
def remind(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A reminder of the clock, unless the need has moved on since."""
    need = _need(session, payload)
    if need is None or need.state.value != payload["state"]:
        return
    step, key = payload["step"], f"{payload['step']}:{payload['at']}"
    if step == "warn":
        _tell_requester(session, need, "need_draft_ending", now, key, kind="reminder")
    elif step == "nudge" and need.state == NeedState.NEEDS_INFO:
        _tell_requester(
            session,
            need,
            "need_info_asked",
            now,
            key,
            kind="reminder",
            question=need.state_reason,
            again=True,
        )
    elif step == "nudge":
        _tell_requester(session, need, "need_enough", now, key, kind="reminder")
    else:
        _tell_staff(session, need, key, now, kind="reminder")
