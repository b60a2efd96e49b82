"""The volunteer's registration in steps; each is saved when it is sent, and can be come back to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from network.accounts.registration import JoiningAs
from network.chapters.memberships import apply_to_chapter
from network.db import committing, db
from network.domain.actor import Actor
from network.domain.errors import DomainError
from network.domain.states import Effort, Visibility, VolunteerState
from network.models import Volunteer
from network.organisations.queries import universities
from network.pages.join.forms import MARKET_ROWS, AboutForm, HelpForm, KnowledgeForm, PrivacyForm
from network.pages.join.rows import (
    about_values,
    applications,
    chapter_choices,
    help_values,
    knowledge_values,
    privacy_values,
)
from network.volunteers.operations import (
    begin_registration,
    edit_about,
    edit_help,
    edit_knowledge,
    finish_registration,
)
from network.volunteers.profile import About
from network.volunteers.queries import Offer, Tie, find_volunteer_of
from network.web.actor import current_actor
from network.web.guards import public
from network.web.times import now

Answer = str | Response | tuple[str, int]


def add_steps(blueprint: Blueprint, register_account: Callable[[JoiningAs], Answer]) -> None:
    """Add the page of the volunteer's registration to the area."""

    @blueprint.route("/register/volunteer", methods=["GET", "POST"])
    @public
    def register_volunteer() -> Answer:
        """Step one makes the account; the others want it signed in."""
        actor = current_actor()
        if actor.user_id is None:
            return register_account("volunteer")
        volunteer = find_volunteer_of(db.session, actor.user_id)
        if volunteer is None or volunteer.state is VolunteerState.LEFT:
            return _begin(actor)
        if volunteer.state is not VolunteerState.REGISTERING:
            waits = applications(db.session, volunteer)
            return render_template("join/volunteer_done.html", volunteer=volunteer, applications=waits)
        step = _step(volunteer)
        return STEPS[step](actor, volunteer)


def _begin(actor: Actor) -> Answer:
    if request.method == "POST":
        with committing(db.session) as session:
            begin_registration(session, actor, now=now())
        return _to(2)
    return render_template("join/begin_volunteer.html")


def _step(volunteer: Volunteer) -> int:
    """The step that was asked for, as far as the ones before are done."""
    asked = request.args.get("step", "")
    reached = min(volunteer.registered_step + 1, 5)
    return (
        min(max(int(asked), 2), reached)
        if asked.isascii() and asked.isdigit() and len(asked) < 3
        else reached
    )


def _to(step: int) -> Response:
    return redirect(url_for("join.register_volunteer", step=step))


def _show(name: str, step: int, form: Any, **values: Any) -> str:
    return render_template(f"join/volunteer_{name}.html", form=form, step=step, **values)


def about_step(actor: Actor, volunteer: Volunteer) -> Answer:
    """Step two: who you are and why you care."""
    choices = universities(db.session)
    form = AboutForm(data=about_values(db.session, volunteer), universities=choices)
    if form.validate_on_submit():
        about = About(
            name=form.name.data,
            headline=form.headline.data,
            job_title=form.job_title.data or "",
            employer=form.employer.data or "",
            biography=form.biography.data or "",
            city=form.city.data or "",
            country=form.country.data,
            timezone=form.timezone.data,
            phone=volunteer.phone or "",
        )
        return _save(
            form,
            "about",
            2,
            lambda session: edit_about(
                session, actor, volunteer.id, about=about, ties=ties_of(form), seen=form.seen, now=now()
            ),
        )
    return _show("about", 2, form)


def ties_of(form: AboutForm) -> list[Tie]:
    """Why the person cares, as the form says it."""
    ties = []
    if form.university.data or form.course.data or form.year.data:
        university = int(form.university.data) if form.university.data else None
        ties.append(Tie("university", university, form.course.data or "", form.year.data))
    if form.origin.data:
        ties.append(Tie("origin", place=form.origin.data))
    ties += [Tie(kind) for kind in ("family", "friend") if form[kind].data]
    return ties


def knowledge_step(actor: Actor, volunteer: Volunteer) -> Answer:
    """Step three: markets, sectors, languages."""
    form = KnowledgeForm(data=knowledge_values(db.session, volunteer, MARKET_ROWS))
    if form.validate_on_submit():
        return _save(
            form,
            "knowledge",
            3,
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
        )
    return _show("knowledge", 3, form)


def help_step(actor: Actor, volunteer: Volunteer) -> Answer:
    """Step four: what you offer and how often."""
    form = HelpForm(data=help_values(db.session, volunteer))
    if form.validate_on_submit():
        effort = Effort(form.effort.data)
        return _save(
            form,
            "help",
            4,
            lambda session: edit_help(
                session,
                actor,
                volunteer.id,
                offers=[Offer(code, effort) for code in form.help_types.data],
                capacity=form.capacity.data,
                employers=(form.employers.data or "").splitlines(),
                competitors=(form.competitors.data or "").splitlines(),
                seen=form.seen,
                now=now(),
            ),
        )
    return _show("help", 4, form)


def privacy_step(actor: Actor, volunteer: Volunteer) -> Answer:
    """Step five: who sees what, the code of conduct, the chapters that are asked."""
    chapters = chapter_choices(db.session, volunteer)
    form = PrivacyForm(data=privacy_values(volunteer, chapters), chapters=chapters)
    if form.validate_on_submit():

        def finish(session: Any) -> None:
            finish_registration(
                session,
                actor,
                volunteer.id,
                accepts_code=form.accepts_code.data,
                listing=Visibility(form.listing.data),
                groups=form.groups,
                seen=form.seen,
                now=now(),
            )
            oneself = replace(actor, volunteer_id=volunteer.id)
            for chapter_id in form.chapters.data:
                apply_to_chapter(session, oneself, chapter_id, now=now())

        return _save(form, "privacy", 5, finish)
    return _show("privacy", 5, form)


def _save(form: Any, name: str, step: int, act: Callable[[Any], object]) -> Answer:
    try:
        with committing(db.session) as session:
            act(session)
    except DomainError as error:
        form.refuse(error)
        return _show(name, step, form)
    return _to(step + 1) if step < 5 else redirect(url_for("join.register_volunteer"))


STEPS: dict[int, Callable[[Actor, Volunteer], Answer]] = {
    2: about_step,
    3: knowledge_step,
    4: help_step,
    5: privacy_step,
}
