"""The broker's queue, and one need on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.audit.moves import check_version
from network.db import committing, db
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.domain.errors import DomainError
from network.domain.states import NeedState
from network.introductions.operations import offer, offer_again, withdraw_introduction
from network.introductions.queries import get_introduction
from network.measures.waiting import KINDS
from network.measures.week import week_of
from network.models import Need
from network.needs.operations import (
    add_note,
    ask_info,
    begin_triage,
    close_unmet,
    escalate_need,
    flag_need,
    open_need,
    reassign_need,
    refuse_need,
    renew_need,
    take_need,
)
from network.pages.queue import desk, risk
from network.pages.queue.area import blueprint
from network.pages.queue.coming import next_for_broker
from network.pages.queue.desk_rows import desk_of
from network.pages.queue.forms import (
    STAFF,
    AssignForm,
    NoteForm,
    OpenForm,
    QuestionForm,
    ReasonForm,
    ReassignForm,
    RenewForm,
    picked,
)
from network.pages.queue.rows import Filters, next_line, queue_page
from network.pages.queue.shortlist import require_somebody, save_shortlist
from network.pages.queue.story import broker_page, find_brokered
from network.web.actor import current_actor
from network.web.concern_words import KINDS as CONCERN_KINDS
from network.web.forms import ActForm, VersionedForm
from network.web.guards import broker
from network.web.paging import page_number
from network.web.refusals import Told, told
from network.web.times import now

__all__ = ["blueprint", "desk", "risk"]
Answer = str | Response | tuple[str, int]
# Acts whose only field is the reason: the operation, and what is said afterwards.
EXPLAINED: dict[str, tuple[Callable[..., Any], Callable[[], str]]] = {
    "ask-for-more": (ask_info, lambda: _("Asked. The requester has 14 days.")),
    "refuse": (refuse_need, lambda: _("Refused. The requester reads your reason and may appeal once.")),
    "close": (close_unmet, lambda: _("Closed as unmet, and counted as a gap.")),
    "flag": (flag_need, lambda: _("Back to be read. Offers wait until it is opened again.")),
}
PLAIN: dict[str, tuple[Callable[..., Any], Callable[[], str]]] = {
    "begin": (begin_triage, lambda: _("It is yours to read.")),
    "take": (take_need, lambda: _("You are its broker now.")),
    "escalate": (escalate_need, lambda: _("Network staff have it now.")),
}


@blueprint.get("/queue")
@broker
def queue() -> str:
    """What needs this broker's hand, the most urgent first."""
    filters, actor = Filters.of(request.args), current_actor()
    shown = queue_page(db.session, actor, page_number(request.args.get("page")), filters, now())
    return render_template(
        "queue/queue.html",
        queue=shown,
        filters=filters,
        here=urlencode(filters.query()),
        desk=desk_of(db.session, actor, now()),
        week=week_of(db.session, actor, now()),
        kinds=KINDS,
        concern_kinds=CONCERN_KINDS,
        act=ActForm(formdata=None),
        at=now(),
    )


@blueprint.get("/queue/needs/<int:need_id>")
@broker
def need(need_id: int) -> Answer:
    """One need: its story, its list, and what can be done with it."""
    return _page(need_id)


@blueprint.post("/queue/needs/<int:need_id>/<any('begin', 'take', 'escalate'):act>")
@broker
def act(need_id: int, act: str) -> Answer:
    """An act that needs no more than a button."""
    operation, said = PLAIN[act]
    return _act(need_id, act, ActForm(), operation, said)


@blueprint.post("/queue/needs/<int:need_id>/<any('ask-for-more', 'refuse', 'close', 'flag'):act>")
@broker
def explain(need_id: int, act: str) -> Answer:
    """An act that is explained."""
    operation, said = EXPLAINED[act]
    form = QuestionForm() if act == "ask-for-more" else ReasonForm()

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        if row.state is NeedState.SUBMITTED and act in {"ask-for-more", "refuse"}:
            row, given["seen"] = begin_triage(session, actor, row, **given), None
        operation(session, actor, row, form.reason.data, **given)

    return _act(need_id, act, form, do, said)


@blueprint.post("/queue/needs/<int:need_id>/open")
@broker
def open_and_offer(need_id: int) -> Answer:
    """The need is open and the first on its list is asked."""
    form = OpenForm()
    places = picked(request.form)

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        if row.state is NeedState.SUBMITTED:
            row = begin_triage(session, actor, row, **given)
            given["seen"] = None
        open_need(session, actor, row, organisation_checked=bool(form.organisation_checked.data), **given)
        if _has_list():
            save_shortlist(session, actor, row, places, now=given["now"])
        require_somebody(session, row)

    return _act(need_id, "open", form, do, lambda: _("Open. The first on the list is being asked."))


@blueprint.post("/queue/needs/<int:need_id>/arrange")
@broker
def arrange(need_id: int) -> Answer:
    """Whom to ask, and in which order."""
    places = picked(request.form)

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        check_version(row, given["seen"])
        save_shortlist(session, actor, row, places, now=given["now"])

    return _act(need_id, "arrange", ActForm(), do, lambda: _("The list is saved."))


@blueprint.post("/queue/needs/<int:need_id>/renew")
@broker
def renew(need_id: int) -> Answer:
    """It stays open until a later day."""
    form = RenewForm()

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        renew_need(session, actor, row, form.deadline_on.data, **given)

    return _act(need_id, "renew", form, do, lambda: _("It stays open, and the list is asked on."))


@blueprint.post("/queue/needs/<int:need_id>/reassign")
@broker
def reassign(need_id: int) -> Answer:
    """Another chapter owns it, or staff."""
    page = broker_page(db.session, current_actor(), need_id, "", now())
    form = ReassignForm(chapters=page.chapters)

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        to = None if form.chapter.data == STAFF else int(form.chapter.data)
        reassign_need(session, actor, row, chapter_id=to, reason=form.reason.data, **given)

    answer = _act(need_id, "reassign", form, do, lambda: _("Handed on. They were told."))
    return redirect(url_for("queue.queue")) if isinstance(answer, Response) else answer


@blueprint.post("/queue/needs/<int:need_id>/assign")
@broker
def assign(need_id: int) -> Answer:
    """Somebody is its broker by name; owner and state stay."""
    form = AssignForm(people=broker_page(db.session, current_actor(), need_id, "", now()).people)

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        owner = row.owner_chapter_id
        reassign_need(session, actor, row, chapter_id=owner, broker_id=form.broker.data, **given)

    return _act(need_id, "assign", form, do, lambda: _("It is theirs. They were told."))


@blueprint.post("/queue/needs/<int:need_id>/note")
@broker
def note(need_id: int) -> Answer:
    """A note that only brokers read."""
    form = NoteForm()

    def do(session: Any, actor: Actor, row: Need, **given: Any) -> None:
        add_note(session, actor, row, form.text.data, now=given["now"])

    return _act(need_id, "note", form, do, lambda: _("Noted."))


@blueprint.post("/queue/introductions/<int:introduction_id>/<any('withdraw', 'offer', 'offer-again'):act>")
@broker
def introduction(introduction_id: int, act: str) -> Answer:
    """Take an offer back with thanks, or ask somebody now, out of turn."""
    form, actor = ActForm(), current_actor()
    row = get_introduction(db.session, actor, introduction_id)
    find_brokered(db.session, actor, row.need_id)
    try:
        with committing(db.session):
            if act == "withdraw":
                withdraw_introduction(db.session, actor, row, now=now(), seen=form.seen)
            else:
                (offer if act == "offer" else offer_again)(db.session, actor, row, now=now())
    except DomainError as error:
        return _page(row.need_id, error.status, told=told(form, error))
    flash(_("Taken back, with thanks.") if act == "withdraw" else _("Asked."))
    return redirect(url_for("queue.need", need_id=row.need_id))


# --- what the views share ---------------------------------------------------------------


def _act(
    need_id: int, name: str, form: VersionedForm, operation: Callable[..., Any], said: Callable[[], str]
) -> Answer:
    """Do it and go back to the need; or show the page as it is now, with the refusal and what was typed."""
    actor = current_actor()
    row = find_brokered(db.session, actor, need_id)
    if not form.validate():
        return _page(need_id, 422, **{name: form})
    try:
        with committing(db.session):
            operation(db.session, actor, row, now=now(), seen=form.seen)
    except DomainError as error:
        return _page(need_id, error.status, told=told(form, error), **{name: form})
    flash(said())
    # With what stands first in the queue now, so that whoever works through it need not go back there.
    return redirect(url_for("queue.need", need_id=need_id, then="next"))


def _has_list() -> bool:
    return any(name.startswith("place-") for name in request.form)


def _with_own_ids(forms: dict[str, VersionedForm]) -> dict[str, VersionedForm]:
    """Several forms on one page have fields of one name: each gets an id of its own."""
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.short_name}"
    return forms


def _page(need_id: int, status: int = 200, told: Told | None = None, **refused: VersionedForm) -> Answer:
    words = request.args.get("q", "").strip()[:200]
    actor = current_actor()
    page = broker_page(db.session, actor, need_id, words, now())
    version = page.need.version
    fresh = {"formdata": None, "version": version}
    forms: dict[str, VersionedForm] = {
        "ask-for-more": QuestionForm(**fresh),
        "refuse": ReasonForm(**fresh),
        "close": ReasonForm(**fresh),
        "flag": ReasonForm(**fresh),
        "open": OpenForm(**fresh),
        "renew": RenewForm(**fresh),
        "reassign": ReassignForm(**fresh, chapters=page.chapters),
        "assign": AssignForm(**fresh, people=page.people),
        "note": NoteForm(**fresh),
    }
    return (
        render_template(
            "queue/need.html",
            page=page,
            coming=next_for_broker(page, actor, local_date(now(), actor.timezone)),
            then=next_line(db.session, actor, need_id, now()) if request.args.get("then") else None,
            forms=_with_own_ids({**forms, **refused}),
            refused=next(iter(refused), ""),
            told=told,
            words=words,
            places=picked(request.form),
            at=now(),
        ),
        status,
    )
