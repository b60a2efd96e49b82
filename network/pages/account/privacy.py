"""Who sees what of a person, who was given their details, their data in a file, leaving, erasure."""

from __future__ import annotations

import json

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.accounts.policy import require_self
from network.db import committing, db
from network.domain.states import Visibility
from network.introductions.operations import leave_network
from network.pages.account.area import blueprint
from network.pages.account.asking_rows import asking_side
from network.pages.account.forms import ActionForm, DeleteForm, LeaveForm, VisibilityForm
from network.pages.account.profile_rows import visibility_values
from network.pages.account.rows import volunteer_side
from network.privacy.operations import erase_person, export_person
from network.volunteers.operations import set_visibility
from network.volunteers.queries import disclosures_of, get_volunteer
from network.web.actor import current_actor
from network.web.guards import signed_in, volunteer_only
from network.web.login import end_session
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.route("/account/privacy", methods=["GET", "POST"])
@signed_in
def privacy() -> Answer:
    """Who reads what, to whom details were given, the file with everything, the way out."""
    actor = current_actor()
    volunteer = get_volunteer(db.session, actor.volunteer_id) if actor.volunteer_id else None
    form = VisibilityForm(data=visibility_values(volunteer)) if volunteer else None
    if volunteer and form:
        done = saved(
            form,
            lambda session: set_visibility(
                session,
                actor,
                volunteer.id,
                listing=Visibility(form.listing.data),
                groups=form.groups,
                seen=form.seen,
                now=now(),
            ),
            volunteer,
        )
        if done:
            flash(_("Saved. It holds from this moment on."), "good")
            return redirect(url_for("account.privacy"))
    exposure = disclosures_of(db.session, require_self(actor))
    page = render_template("account/privacy.html", form=form, volunteer=volunteer, exposure=exposure)
    return page, form_status()


@blueprint.post("/account/privacy/download")
@signed_in
def download() -> Response:
    """Everything the person gave, as one JSON file."""
    ActionForm().validate_on_submit()
    actor = current_actor()
    with committing(db.session) as session:
        found = export_person(session, actor, require_self(actor), now())
    response = make_response(json.dumps(found, ensure_ascii=False, indent=2))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/account/leave", methods=["GET", "POST"])
@volunteer_only
def leave() -> Answer:
    """What leaving does, and the leaving; the account stays."""
    actor, form = current_actor(), LeaveForm()

    def act(session: Session) -> None:
        reason = form.reason.data or None
        leave_network(session, actor, actor.volunteer_id or 0, reason=reason, now=now())

    if saved(form, act):
        flash(_("You have left. Thank you for everything. You can come back at any time."), "good")
        return redirect(url_for("account.account"))
    side = volunteer_side(db.session, actor, now())
    page = render_template("account/leave.html", form=form, volunteer=side, led=len(actor.lead_chapter_ids))
    return page, form_status()


@blueprint.route("/account/delete", methods=["GET", "POST"])
@signed_in
def delete() -> Answer:
    """What erasing does, and the erasing."""
    actor, form = current_actor(), DeleteForm()

    def act(session: Session) -> None:
        erase_person(session, actor, require_self(actor), never_ask=bool(form.never_ask.data), now=now())

    if saved(form, act):
        end_session()
        return render_template("account/deleted.html")
    return (
        render_template(
            "account/delete.html",
            form=form,
            person=current_user.row,
            volunteer=volunteer_side(db.session, actor, now()),
            asking=asking_side(db.session, actor, now()),
        ),
        form_status(),
    )
