"""Needs: written, sent, followed and closed by the side that asks."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.clock import local_date
from network.domain.errors import DomainError
from network.domain.states import NeedState
from network.introductions.operations import hand_over as hand_need_over
from network.matching.ranking import wanted_of
from network.models import Need, Organisation
from network.needs.attachments import attachments_of, count_shareable
from network.needs.operations import appeal_need, fulfil_need, renew_need, withdraw_need
from network.needs.queries import Topics, need_text, text_for
from network.pages.needs import people
from network.pages.needs.area import blueprint
from network.pages.needs.forms import (
    SECTIONS,
    AppealForm,
    HandOverForm,
    NeedForm,
    RenewForm,
    WithdrawForm,
    first_unfinished,
)
from network.pages.needs.rows import (
    TABS,
    askers_of,
    earlier_needs,
    full_words,
    helper_words,
    named_volunteers,
    need_list,
    needs_to_add_to,
    outlook_of,
    owner_words,
    wishes_of,
)
from network.pages.needs.story import colleagues_of, find_need, get_own_need, need_page
from network.pages.needs.writing import (
    copied_values,
    first_values,
    organisation_choices,
    saved_draft,
    show_refusal,
    unsaved_words,
    values_in_address,
    values_of,
    write_again,
    write_new,
)
from network.web.actor import current_actor
from network.web.forms import ActForm, VersionedForm
from network.web.guards import signed_in
from network.web.need_words import goal_words, kinds_of_risk, reason_words, risk_words
from network.web.paging import page_number
from network.web.refusals import Told, told
from network.web.row_ids import row_number
from network.web.times import now

__all__ = ["blueprint", "people"]
for _words in (goal_words, risk_words, kinds_of_risk, reason_words):
    blueprint.add_app_template_filter(_words, _words.__name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/needs")
@signed_in
def needs() -> str:
    """The needs of this person and of the organisations they answer for; a broker's, those they watch."""
    actor = current_actor()
    brokered = actor.is_broker and (not actor.organisation_ids or "brokered" in request.args)
    tab = request.args.get("show", "all")
    shown = need_list(
        db.session,
        actor,
        page_number(request.args.get("page")),
        tab if tab in TABS else "all",
        now=now(),
        brokered=brokered,
    )
    may_switch = actor.is_broker and bool(actor.organisation_ids)
    return render_template(
        "needs/needs.html", list=shown, tab=tab, tabs_shown=TABS, brokered=brokered, may_switch=may_switch
    )


# --- writing ----------------------------------------------------------------------------


@blueprint.route("/needs/new", methods=["GET", "POST"])
@signed_in
def new() -> Answer:
    """Write a need; from an earlier one with `copy`, for some people in particular, or about what the address says."""
    actor = current_actor()
    askers = askers_of(db.session, actor)
    choices = organisation_choices(actor, askers)
    if not choices:
        return render_template("needs/no_organisation.html", askers=askers)
    source = _source(request.args.get("copy"))
    first = (
        copied_values(db.session, actor, askers, source)
        if source
        else first_values(db.session, actor, askers)
    )
    first |= values_in_address(request.args)
    form = NeedForm(
        data=first if request.method == "GET" else None,
        organisations=choices,
        kept_goal=source.goal if source else "",
    )
    status = 200
    if request.method == "POST":
        send = "save" not in request.form
        if _is_ready(form, send):
            try:
                with committing(db.session):
                    made = write_new(db.session, actor, form, now=now(), send=send)
                return _written(made, send)
            except DomainError as error:
                status = show_refusal(form, error, None)
        else:
            status = 422
    return _form_page(form, None), status


@blueprint.route("/needs/<int:need_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(need_id: int) -> Answer:
    """Go on with a draft, answer a question, or change what is under way."""
    actor, need = current_actor(), _own_need(need_id)
    firm = db.session.get_one(Organisation, need.organisation_id)
    form = NeedForm(
        data=values_of(db.session, need) if request.method == "GET" else None,
        organisations=organisation_choices(actor, (), need, firm.name),
        kept_goal=need.goal,
    )
    status = 200
    if request.method == "POST":
        send = "save" not in request.form
        if _is_ready(form, send or need.state is not NeedState.DRAFT):
            try:
                with committing(db.session):
                    need = write_again(db.session, actor, need, form, now=now(), send=send)
                return _written(need, send)
            except DomainError as error:
                status = show_refusal(form, error, need)
        else:
            status = 422
    return _form_page(form, need), status


@blueprint.post("/needs/autosave")
@signed_in
def begin_autosave() -> tuple[Response, int]:
    """A draft out of what was typed so far, kept without a button; answers where it goes on."""
    actor = current_actor()
    form = NeedForm(organisations=organisation_choices(actor, askers_of(db.session, actor)))
    if not form.validate():
        return jsonify(saved=False), 422
    try:
        with committing(db.session):
            need = write_new(db.session, actor, form, now=now(), send=False)
    except DomainError as error:
        return jsonify(saved=False, message=unsaved_words(error)), error.status
    return jsonify(saved_draft(need)), 201


@blueprint.post("/needs/<int:need_id>/autosave")
@signed_in
def autosave(need_id: int) -> tuple[Response, int]:
    """The draft holds what was typed so far."""
    actor, need = current_actor(), _own_need(need_id)
    firm = db.session.get_one(Organisation, need.organisation_id)
    form = NeedForm(organisations=organisation_choices(actor, (), need, firm.name), kept_goal=need.goal)
    if need.state is not NeedState.DRAFT or not form.validate():
        return jsonify(saved=False), 409 if need.state is not NeedState.DRAFT else 422
    try:
        with committing(db.session):
            need = write_again(db.session, actor, need, form, now=now(), send=False)
    except DomainError as error:
        return jsonify(saved=False, message=unsaved_words(error)), error.status
    return jsonify(saved_draft(need)), 200


@blueprint.get("/needs/count.json")
@signed_in
def count() -> Response:
    """How many volunteers fit what is chosen so far, in words, and who will read it first."""
    markets = [
        code for code in (*request.args.getlist("markets"), *request.args.getlist("second_market")) if code
    ]
    topics = Topics(
        tuple(markets[:2]),
        tuple(request.args.getlist("sectors")[:20]),
        tuple(request.args.getlist("help_types")[:20]),
    )
    outlook = outlook_of(db.session, topics, now())
    return jsonify(count=outlook.helpers, words=helper_words(outlook), owner=owner_words(outlook))


@blueprint.get("/needs/<int:need_id>/preview")
@signed_in
def preview(need_id: int) -> str:
    """Exactly what a volunteer reads before they accept."""
    need = _own_need(need_id)
    text = need_text(db.session, need, in_full=False)
    shown = {"wanted": wanted_of(db.session, need.id), "papers": count_shareable(db.session, need)}
    return render_template("needs/preview.html", need=need, text=text, **shown)


# --- one need ---------------------------------------------------------------------------


@blueprint.get("/needs/<int:need_id>")
@signed_in
def need(need_id: int) -> Answer:
    """One need: for the side that asks, for a volunteer it was put to; a broker goes to the queue."""
    return _need_page(need_id)


def _need_page(need_id: int, status: int = 200, told: Told | None = None, **refused: VersionedForm) -> Answer:
    actor = current_actor()
    found, is_asker, introduction_id = find_need(db.session, actor, need_id)
    if is_asker:
        page = need_page(db.session, actor, found, now())
        forms = {
            "withdraw": WithdrawForm(formdata=None, version=found.version),
            "renew": RenewForm(formdata=None, version=found.version),
            "appeal": AppealForm(formdata=None, version=found.version),
            "hand_over": HandOverForm(formdata=None, version=found.version, colleagues=page.colleagues),
        }
        return render_template(
            "needs/need.html", page=page, forms={**forms, **refused}, told=told, at=now()
        ), status
    if introduction_id is not None:
        text = text_for(db.session, actor, found)
        return render_template(
            "needs/offered.html",
            need=found,
            text=text,
            wanted=wanted_of(db.session, found.id),
            papers=len(attachments_of(db.session, actor, found.id)),
            introduction_id=introduction_id,
        )
    return redirect(url_for("queue.need", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/withdraw")
@signed_in
def withdraw(need_id: int) -> Answer:
    """It is no longer needed; offers that are out are taken back with thanks."""
    form, need = WithdrawForm(), _own_need(need_id)
    was_draft = need.state is NeedState.DRAFT
    try:
        with committing(db.session):
            withdraw_need(
                db.session, current_actor(), need, now=now(), reason=form.reason.data, seen=form.seen
            )
    except DomainError as error:
        return _refused(need_id, "withdraw", form, error)
    flash(_("The draft is gone.") if was_draft else _("Withdrawn. Everybody who was asked is thanked."))
    return redirect(url_for("needs.needs"))


@blueprint.post("/needs/<int:need_id>/renew")
@signed_in
def renew(need_id: int) -> Answer:
    """It stays open until a later day."""
    form, need = RenewForm(), _own_need(need_id)
    if not form.validate():
        return _need_page(need_id, 422, renew=form)
    try:
        with committing(db.session):
            renew_need(db.session, current_actor(), need, form.deadline_on.data, now=now(), seen=form.seen)
    except DomainError as error:
        return _refused(need_id, "renew", form, error)
    flash(_("It stays open, and we go on asking."))
    return redirect(url_for("needs.need", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/fulfil")
@signed_in
def fulfil(need_id: int) -> Answer:
    """They have what they needed."""
    form, need = ActForm(), _own_need(need_id)
    try:
        with committing(db.session):
            fulfil_need(db.session, current_actor(), need, now=now(), seen=form.seen)
    except DomainError as error:
        return _refused(need_id, "fulfil", form, error)
    flash(_("Good to hear. We will ask later what came of it."))
    return redirect(url_for("needs.need", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/appeal")
@signed_in
def appeal(need_id: int) -> Answer:
    """Somebody else looks at a refused need once more."""
    form, need = AppealForm(), _own_need(need_id)
    if not form.validate():
        return _need_page(need_id, 422, appeal=form)
    try:
        with committing(db.session):
            appeal_need(db.session, current_actor(), need, form.reason.data, now=now(), seen=form.seen)
    except DomainError as error:
        return _refused(need_id, "appeal", form, error)
    flash(_("Network staff read it once more."))
    return redirect(url_for("needs.need", need_id=need_id))


@blueprint.post("/needs/<int:need_id>/hand-over")
@signed_in
def hand_over(need_id: int) -> Answer:
    """A colleague asks from now on, and hears of it by mail."""
    need = _own_need(need_id)
    form = HandOverForm(colleagues=colleagues_of(db.session, need))
    if not form.validate():
        return _need_page(need_id, 422, hand_over=form)
    try:
        with committing(db.session):
            hand_need_over(db.session, current_actor(), need, form.requester.data, now=now(), seen=form.seen)
    except DomainError as error:
        return _refused(need_id, "hand_over", form, error)
    flash(_("Handed over. Your colleague gets a mail and takes it from here."))
    # Who does not own the organisation no longer sees what a colleague asks.
    return redirect(url_for("needs.needs"))


# --- what the views share ---------------------------------------------------------------


def _own_need(need_id: int) -> Need:
    """The need, for the side that asks; to anybody else there is none."""
    return get_own_need(db.session, current_actor(), need_id)


def _source(copy: str | None) -> Need | None:
    return _own_need(source_id) if (source_id := row_number(copy)) else None


def _is_ready(form: NeedForm, send: bool) -> bool:
    shaped = form.validate()
    if (not send or form.is_complete(local_date(now(), current_actor().timezone))) and shaped:
        return True
    form.keep_words()
    return False


def _written(need: Need, send: bool) -> Response:
    if need.state is NeedState.DRAFT and request.form.get("save") == "look":
        flash(_("Saved. You see here who could help, and in the preview what they read."))
        return redirect(url_for("needs.edit", need_id=need.id, _anchor="outlook"))
    if need.state is NeedState.DRAFT:
        flash(_("Saved. You find it here whenever you like to go on."))
        return redirect(url_for("needs.needs", show="drafts"))
    flash(_("Sent. You see below what happens next.") if send else _("Saved."))
    return redirect(url_for("needs.need", need_id=need.id))


def _form_page(form: NeedForm, need: Need | None) -> str:
    actor = current_actor()
    askers = askers_of(db.session, actor)
    named = named_volunteers(db.session, actor, wishes_of(form.volunteer.data))
    outlook = outlook_of(db.session, form.topics(), now())
    chosen = next((one for one in askers if str(one.id) == form.organisation.data), None)
    return render_template(
        "needs/form.html",
        form=form,
        need=need,
        named=named,
        add_to=needs_to_add_to(db.session, actor, named) if named and need is None else [],
        asker=chosen,
        earlier=earlier_needs(db.session, actor) if need is None else [],
        helpers=helper_words(outlook),
        owner=owner_words(outlook),
        sections=SECTIONS,
        current=first_unfinished(form),
        full=full_words(db.session, chosen) if need is None or need.state is NeedState.DRAFT else "",
    )


def _refused(need_id: int, name: str, form: VersionedForm, error: DomainError) -> Answer:
    """The page again with the refusal and what was typed; what moved on meanwhile is shown as it is now."""
    return _need_page(need_id, error.status, told=told(form, error), **{name: form})
