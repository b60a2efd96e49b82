"""What the form of a new outcome begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.errors import NotFound
from network.introductions.policy import introductions_visible_to
from network.models import Introduction, Need, Organisation, User, Volunteer


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
    values = {}
    # The contact's address is shown to their own side only; others type it.
    if actor.belongs_to(need.organisation_id) and need.contact_email != own:
        values = {"contact_name": need.contact_name, "contact_email": need.contact_email}
    return Start(introduction_id, need.title, organisation, volunteer, values)
