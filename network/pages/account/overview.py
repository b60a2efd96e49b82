"""A person's first page, and what is done from it: the profile found right, a leave, the end of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.formats import day
from network.pages.account.area import blueprint
from network.pages.account.asking_rows import asking_side, todo_of
from network.pages.account.figures import brokering, results
from network.pages.account.forms import ActionForm, PauseForm
from network.pages.account.rows import volunteer_side
from network.rules import periods
from network.volunteers.operations import confirm_fresh, pause_volunteer, resume_volunteer
from network.volunteers.queries import get_volunteer
from network.web.actor import current_actor
from network.web.guards import signed_in, volunteer_only
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


@blueprint.get("/account")
@signed_in
def account() -> str:
    """What waits for this person, then what they are here."""
    actor, at = current_actor(), now()
    volunteer = volunteer_side(db.session, actor, at)
    asking = asking_side(db.session, actor, at)
    return render_template(
        "account/account.html",
        person=current_user.row,
        volunteer=volunteer,
        asking=asking,
        brokering=brokering(db.session, actor, at),
        results=results(db.session, actor, at),
        todo=todo_of(volunteer, asking, at),
        silences_before_pause=periods().expiries_before_pause,
    )


@blueprint.post("/account/confirm-profile")
@volunteer_only
def confirm_profile() -> Response:
    """Everything in the profile is still right."""
    ActionForm().validate_on_submit()
    actor = current_actor()
    with committing(db.session) as session:
        confirm_fresh(session, actor, actor.volunteer_id or 0, now())
    flash(_("Thank you. Your profile counts as fresh from today."), "good")
    return redirect(url_for("account.account"))


@blueprint.route("/account/pause", methods=["GET", "POST"])
@volunteer_only
def pause() -> Answer:
    """Begin a leave, or change one."""
    actor = current_actor()
    volunteer = get_volunteer(db.session, actor.volunteer_id or 0)
    form = PauseForm(data={"starts": volunteer.leave_from, "until": volunteer.paused_until})
    done = saved(
        form,
        lambda session: pause_volunteer(
            session, actor, volunteer.id, until=form.until.data, starts=form.starts.data, now=now()
        ),
    )
    if done:
        flash(_("You are away until the end of %(day)s. Enjoy it.", day=day(form.until.data)), "good")
        return redirect(url_for("account.account"))
    return render_template("account/pause.html", form=form, volunteer=volunteer), form_status()


@blueprint.post("/account/resume")
@volunteer_only
def resume() -> Response:
    """The leave is over, or called off."""
    ActionForm().validate_on_submit()
    actor = current_actor()
    with committing(db.session) as session:
        resume_volunteer(session, actor, actor.volunteer_id or 0, now())
    flash(_("Welcome back. You can be asked again."), "good")
    return redirect(url_for("account.account"))
