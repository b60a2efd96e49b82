"""For staff and administrators: organisations, people, chapters, what failed, what was done, reference data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from config import reference
from network.accounts.bounces import write_again
from network.accounts.operations import give_role, take_role, trust_requester
from network.audit.operations import record
from network.db import committing, db
from network.domain.errors import DomainError, Invalid
from network.domain.lifecycle import open_actions
from network.domain.organisation_moves import MOVES
from network.domain.states import OrganisationState, Role
from network.mail.delivery import revive_mail
from network.models import Organisation, User
from network.organisations import standing
from network.organisations.policy import roles_towards_organisation
from network.outbox.queue import revive
from network.pages.admin import concerns
from network.pages.admin.area import blueprint
from network.pages.admin.forms import ReasonForm, RoleForm
from network.pages.admin.rows import (
    SIZE,
    chapter_list,
    failure_list,
    log_page,
    members_of,
    organisation_list,
    overview,
    roles_of,
    user_list,
)
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import administrator, staff
from network.web.paging import asked_words, page_number
from network.web.row_ids import row_number
from network.web.times import now

__all__ = ["blueprint", "concerns"]
WITH_REASON: dict[str, Callable[..., Any]] = {
    "refuse": standing.refuse_organisation,
    "reconsider": standing.reconsider_organisation,
    "suspend": standing.suspend_organisation,
    "reinstate": standing.reinstate_organisation,
}
PLAIN: dict[str, Callable[..., Any]] = {
    "verify": standing.verify_organisation,
    "recheck": standing.recheck_organisation,
}


@blueprint.get("")
@staff
def admin() -> str:
    """What waits for staff."""
    return render_template("admin/admin.html", overview=overview(db.session))


@blueprint.get("/organisations")
@staff
def organisations() -> str:
    """All organisations."""
    chosen = request.args.get("state", "")
    state = OrganisationState(chosen) if chosen in set(OrganisationState) else None
    words = asked_words("q", 100)
    page = organisation_list(db.session, page_number(request.args.get("page")), state, words)
    return render_template(
        "admin/organisations.html", page=page, state=state, words=words, states=list(OrganisationState)
    )


@blueprint.get("/organisations/<int:organisation_id>")
@staff
def organisation(organisation_id: int) -> str:
    """One organisation: what it said, who belongs to it, what staff may do."""
    return _organisation_page(organisation_id, ReasonForm())


@blueprint.post(
    "/organisations/<int:organisation_id>/"
    "<any('verify', 'recheck', 'refuse', 'reconsider', 'suspend', 'reinstate'):act>"
)
@staff
def organisation_act(organisation_id: int, act: str) -> str | Response:
    """Check, refuse, suspend or bring back an organisation."""
    form = ReasonForm()
    actor = current_actor()
    try:
        with committing(db.session):
            if act in PLAIN:
                PLAIN[act](db.session, actor, organisation_id, now=now(), seen=form.seen)
            else:
                WITH_REASON[act](
                    db.session,
                    actor,
                    organisation_id,
                    reason=form.reason.data or "",
                    now=now(),
                    seen=form.seen,
                )
    except Invalid as error:
        form.refuse(error)
        return _organisation_page(organisation_id, form)
    flash(_("Done. The organisation's owner is told by mail where it matters to them."))
    return redirect(url_for("admin.organisation", organisation_id=organisation_id))  # type: ignore[return-value]


def _organisation_page(organisation_id: int, form: ReasonForm) -> str:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        abort(404)
    form.version.data = str(found.version)
    actions = open_actions(MOVES, found.state, roles_towards_organisation(current_actor(), found.id))
    return render_template(
        "admin/organisation.html",
        organisation=found,
        members=members_of(db.session, organisation_id),
        form=form,
        act=ActForm(version=found.version),
        actions=[action for action in actions if action in {*PLAIN, *WITH_REASON}],
    )


@blueprint.get("/users")
@staff
def users() -> str:
    """All accounts."""
    words = asked_words("q", 100)
    chosen = request.args.get("role", "")
    role = Role(chosen) if chosen in {Role.STAFF, Role.ADMINISTRATOR} else None
    bounced = chosen == "mail-back"
    number = page_number(request.args.get("page"))
    page = user_list(db.session, current_actor(), number, words, role, bounced=bounced)
    return render_template("admin/users.html", page=page, words=words, role=role, bounced=bounced)


@blueprint.get("/users/<int:user_id>")
@staff
def user(user_id: int) -> str:
    """One account: its roles and what may be done about them."""
    found = db.session.get(User, user_id)
    if found is None:
        abort(404)
    return render_template(
        "admin/user.html",
        user=found,
        roles=roles_of(db.session, [user_id]).get(user_id, ()),
        form=RoleForm(),
        act=ActForm(),
    )


@blueprint.post("/users/<int:user_id>/<any('give-role', 'take-role'):act>")
@administrator
def user_role(user_id: int, act: str) -> Response:
    """Give or take a role."""
    form = RoleForm()
    if form.validate_on_submit():
        operation = give_role if act == "give-role" else take_role
        try:
            with committing(db.session):
                operation(db.session, current_actor(), user_id=user_id, role=Role(form.role.data), now=now())
            flash(_("Done."))
        except DomainError as error:
            flash(error.message)
    else:
        flash(_("Choose a role."))
    return redirect(url_for("admin.user", user_id=user_id))  # type: ignore[return-value]


@blueprint.post("/users/<int:user_id>/<any('trust', 'untrust'):act>")
@staff
def user_trust(user_id: int, act: str) -> Response:
    """Let a requester's needs skip triage, or no longer."""
    ActForm().validate_on_submit()
    with committing(db.session):
        trust_requester(db.session, current_actor(), user_id=user_id, trusted=act == "trust", now=now())
    flash(
        _("Their needs skip triage from now on.")
        if act == "trust"
        else _("Their needs are read first again.")
    )
    return redirect(url_for("admin.user", user_id=user_id))  # type: ignore[return-value]


@blueprint.post("/users/<int:user_id>/write-again")
@staff
def user_mail(user_id: int) -> Response:
    """Mail goes to an address again that had come back."""
    ActForm().validate_on_submit()
    with committing(db.session):
        write_again(db.session, current_actor(), user_id, now=now())
    flash(_("Mail goes there again."))
    return redirect(url_for("admin.user", user_id=user_id))  # type: ignore[return-value]


@blueprint.get("/chapters")
@staff
def chapters() -> str:
    """All chapters, with their leads and members in numbers."""
    return render_template("admin/chapters.html", chapters=chapter_list(db.session))


@blueprint.get("/failures")
@staff
def failures() -> str:
    """Side effects and mails that were given up."""
    return render_template("admin/failures.html", failures=failure_list(db.session), act=ActForm())


@blueprint.post("/failures/<any('outbox', 'mail'):kind>/<int:failure_id>/retry")
@staff
def retry(kind: str, failure_id: int) -> Response:
    """Try a side effect or mail again."""
    with committing(db.session):
        again = revive if kind == "outbox" else revive_mail
        done = again(db.session, failure_id, now())
        if done:
            record(db.session, current_actor(), f"{kind}.retry", kind, failure_id, now=now())
    flash(_("It is tried again now.") if done else _("There is nothing to try again here."))
    return redirect(url_for("admin.failures"))  # type: ignore[return-value]


@blueprint.get("/log")
@staff
def log() -> str:
    """What was done, by whom, newest first."""
    before = request.args.get("before", "")
    subject = asked_words("subject", 40)
    subject_id = request.args.get("id", "")
    rows = log_page(
        db.session,
        row_number(before),
        subject,
        row_number(subject_id),
    )
    return render_template(
        "admin/log.html", rows=rows[:SIZE], more=len(rows) > SIZE, subject=subject, subject_id=subject_id
    )


@blueprint.get("/reference")
@administrator
def reference_data() -> str:
    """The versioned lists that everything is coded by; a code is retired in its file, never deleted."""
    return render_template(
        "admin/reference_data.html",
        sectors=reference.sectors(),
        help_types=reference.help_types(),
        markets=reference.markets(),
        groups=reference.market_groups(),
        home_places=reference.home_places(),
        versions=reference.versions(),
    )
