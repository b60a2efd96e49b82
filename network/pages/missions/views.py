"""Missions: the list, one of them, planning it, and which introductions belong to it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.errors import NotAllowed
from network.measures.policy import require_reader
from network.models import Mission
from network.outcomes.missions import (
    add_introductions,
    can_manage_mission,
    edit_mission,
    get_mission,
    plan_mission,
    remove_introduction,
)
from network.pages.missions.forms import MissionForm
from network.pages.missions.rows import chapters_of, form_values, mission_list, mission_page
from network.web.actor import current_actor
from network.web.forms import ActForm
from network.web.guards import broker, signed_in
from network.web.paging import page_number
from network.web.row_ids import row_numbers
from network.web.saving import form_status, saved
from network.web.times import now

blueprint = Blueprint("missions", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/missions")
@signed_in
def missions() -> str:
    """All missions, for those who read reports."""
    require_reader(current_actor())
    page = mission_list(db.session, page_number(request.args.get("page")))
    return render_template("missions/missions.html", page=page)


@blueprint.get("/missions/<int:mission_id>")
@signed_in
def mission(mission_id: int) -> str:
    """One mission: what it was for, who met, what came of it."""
    actor = current_actor()
    require_reader(actor)
    return render_template(
        "missions/mission.html", page=mission_page(db.session, actor, mission_id), form=ActForm(formdata=None)
    )


def _form(row: Mission | None = None) -> MissionForm:
    actor = current_actor()
    given = {"data": form_values(row)} if row else {}
    return MissionForm(chapters_of(db.session, actor), is_staff=actor.is_staff, **given)


@blueprint.route("/missions/new", methods=["GET", "POST"])
@broker
def new() -> Answer:
    """Plan a mission."""
    form = _form()
    made: list[Mission] = []
    if saved(
        form, lambda session: made.append(plan_mission(session, current_actor(), form.details, now=now()))
    ):
        flash(_("The mission stands. Add the introductions that come of it."), "good")
        return redirect(url_for("missions.mission", mission_id=made[0].id))
    return render_template("missions/new.html", form=form), form_status()


@blueprint.route("/missions/<int:mission_id>/edit", methods=["GET", "POST"])
@broker
def edit(mission_id: int) -> Answer:
    """Change a mission."""
    actor, row = current_actor(), get_mission(db.session, mission_id)
    if not can_manage_mission(actor, row.chapter_id):
        raise NotAllowed("not_yours", "The leads of its chapter and network staff look after a mission.")
    form = _form(row)
    if saved(
        form,
        lambda session: edit_mission(session, actor, mission_id, form.details, seen=form.seen, now=now()),
        row,
    ):
        flash(_("Saved."), "good")
        return redirect(url_for("missions.mission", mission_id=mission_id))
    return render_template("missions/edit.html", form=form, mission=row), form_status()


@blueprint.post("/missions/<int:mission_id>/introductions/add")
@broker
def add(mission_id: int) -> Response:
    """These introductions came of it."""
    if not ActForm().validate():
        abort(400)
    chosen = row_numbers(" ".join(request.form.getlist("introduction")), 40)
    with committing(db.session) as session:
        number = add_introductions(session, current_actor(), mission_id, chosen, now=now())
    flash(
        ngettext("%(num)s introduction was added.", "%(num)s introductions were added.", number)
        if number
        else _("Choose at least one introduction.")
    )
    return redirect(url_for("missions.mission", mission_id=mission_id))


@blueprint.post("/missions/<int:mission_id>/introductions/<int:introduction_id>/remove")
@broker
def remove(mission_id: int, introduction_id: int) -> Response:
    """This one did not."""
    if not ActForm().validate():
        abort(400)
    with committing(db.session) as session:
        remove_introduction(session, current_actor(), mission_id, introduction_id, now=now())
    flash(_("It belongs to the mission no more."))
    return redirect(url_for("missions.mission", mission_id=mission_id))
