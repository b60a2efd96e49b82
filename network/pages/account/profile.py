"""A volunteer's profile in three pages: who they are, what they know, how they help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from config.reference import help_types
from network.db import db
from network.domain.actor import Actor
from network.domain.states import VolunteerState
from network.models import Volunteer
from network.pages.account.area import blueprint
from network.pages.account.profile_forms import AboutForm, HelpForm, KnowledgeForm
from network.pages.account.profile_rows import (
    about_values,
    help_values,
    knowledge_values,
    university_choices,
)
from network.volunteers.operations import edit_about, edit_help, edit_knowledge
from network.volunteers.queries import get_volunteer, knowledge_of
from network.web.actor import current_actor
from network.web.guards import volunteer_only
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


def _of_oneself(view: Callable[[Actor, Volunteer], Answer]) -> Callable[[], Answer]:
    """The view with the volunteer; who has not finished registering goes on there."""

    @wraps(view)
    def shown() -> Answer:
        actor = current_actor()
        volunteer = get_volunteer(db.session, actor.volunteer_id or 0)
        if volunteer.state is VolunteerState.REGISTERING:
            return redirect(url_for("join.register_volunteer"))
        return view(actor, volunteer)

    return shown


def _saved_to(endpoint: str) -> Response:
    flash(_("Saved. What you changed is found within moments."), "good")
    return redirect(url_for(endpoint))


def _shown(name: str, form: Any, volunteer: Volunteer, **values: Any) -> Answer:
    return render_template(f"account/{name}.html", form=form, volunteer=volunteer, **values), form_status()


@blueprint.route("/account/profile", methods=["GET", "POST"])
@volunteer_only
@_of_oneself
def profile(actor: Actor, volunteer: Volunteer) -> Answer:
    """Who the volunteer is and why they care."""
    known = knowledge_of(db.session, volunteer.id)
    form = AboutForm(
        data=about_values(volunteer, known),
        universities=university_choices(db.session, known),
        zone=volunteer.timezone,
    )
    done = saved(
        form,
        lambda session: edit_about(
            session,
            actor,
            volunteer.id,
            about=form.about,
            ties=form.ties(known.ties),
            seen=form.seen,
            now=now(),
        ),
        volunteer,
    )
    return _saved_to("account.profile") if done else _shown("profile", form, volunteer)


@blueprint.route("/account/profile/knowledge", methods=["GET", "POST"])
@volunteer_only
@_of_oneself
def knowledge(actor: Actor, volunteer: Volunteer) -> Answer:
    """Markets, sectors, languages."""
    form = KnowledgeForm(data=knowledge_values(volunteer, knowledge_of(db.session, volunteer.id)))
    done = saved(
        form,
        lambda session: edit_knowledge(
            session,
            actor,
            volunteer.id,
            markets=form.chosen_markets,
            sectors=form.sectors.data,
            languages=form.languages.data,
            seen=form.seen,
            now=now(),
        ),
        volunteer,
    )
    return _saved_to("account.knowledge") if done else _shown("knowledge", form, volunteer)


@blueprint.route("/account/profile/help", methods=["GET", "POST"])
@volunteer_only
@_of_oneself
def help_offered(actor: Actor, volunteer: Volunteer) -> Answer:
    """What the volunteer offers, how often, and from whom they keep away."""
    form = HelpForm(data=help_values(volunteer, knowledge_of(db.session, volunteer.id)))
    done = saved(
        form,
        lambda session: edit_help(
            session,
            actor,
            volunteer.id,
            offers=form.offers,
            capacity=form.capacity.data,
            employers=(form.employers.data or "").splitlines(),
            competitors=(form.competitors.data or "").splitlines(),
            seen=form.seen,
            now=now(),
        ),
        volunteer,
    )
    if done:
        return _saved_to("account.help_offered")
    kinds = {kind.code: kind for kind in help_types()}
    return _shown("help_offered", form, volunteer, kinds=kinds)
