"""What the form of a new outcome begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.domain.states import ValueMode
from network.introductions.policy import introductions_visible_to
from network.models import Introduction, Need, Organisation, Outcome, User, Volunteer
from network.outcomes.drafts import JOBS
from network.outcomes.missions import mission_of_introduction, mission_of_outcome
from network.outcomes.queries import values_of


@dataclass(frozen=True, slots=True)
class Start:
    """The introduction an outcome is reported for."""

    introduction_id: int
    need_title: str
    organisation: str
    volunteer: str
    values: dict[str, Any]


def new_form_values(session: Session, actor: Actor, introduction_id: int) -> Start:
    """Names for the page's head; the need's contact where they are not the one who reports."""
    row = session.execute(
        select(Need, Organisation.name, Volunteer.name)
        .join(Introduction, Introduction.need_id == Need.id)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(Volunteer, Volunteer.id == Introduction.volunteer_id)
        .where(Introduction.id == introduction_id, introductions_visible_to(actor))
    ).first()
    if row is None:
        raise NotFound("no_introduction", "There is no such introduction, or it is not for you to see.")
    need, organisation, volunteer = row
    own = session.scalar(select(User.email).where(User.id == actor.user_id))
    values: dict[str, Any] = {}
    # The contact's address is shown to their own side only; others type it.
    if actor.belongs_to(need.organisation_id) and need.contact_email != own:
        values = {"contact_name": need.contact_name, "contact_email": need.contact_email}
    mission = mission_of_introduction(session, introduction_id)
    if mission is not None:
        values["mission"] = str(mission)
    return Start(introduction_id, need.title, organisation, volunteer, values)


def form_values(session: Session, outcome: Outcome) -> dict[str, Any]:
    """What the form of an outcome begins with when it is changed."""
    names = (
        "kind title what_happened help_given none_reason happened_on goods_services other_party "
        "other_party_confidential value_band currency anonymous version"
    )
    values: dict[str, Any] = {name: getattr(outcome, name) for name in names.split()}
    values["value_mode"] = outcome.value_mode.value
    mission = mission_of_outcome(session, outcome.id)
    values["mission"] = str(mission.id) if mission else ""
    if outcome.value_mode is ValueMode.EXACT:
        for value in values_of(session, outcome.id):
            if value.basis == "forecast":
                if value.value_type == JOBS:
                    values["jobs"] = int(value.amount)
                    continue
                values[f"value_year_{value.year}"] = f"{value.amount:f}"
                values["value_type"] = value.value_type
    return values


def contact_values(actor: Actor, outcome: Outcome) -> dict[str, Any]:
    """The contact, for those who know the address anyway; others type it themselves."""
    known = actor.belongs_to(outcome.organisation_id) or actor.is_user(outcome.reporter_id)
    email = outcome.contact_email if known else ""
    return {"contact_name": outcome.contact_name, "contact_email": email}
