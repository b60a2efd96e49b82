"""The staff's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import OrganisationState, Role
from network.models import MailMessage, OutboxMessage, User, UserRole
from tests.factories import NOW, make_organisation, make_user
from tests.factories.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_staff_check_an_organisation_and_its_standing_follows(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    waiting = make_organisation(
        session, owner=make_user(session), state=OrganisationState.UNVERIFIED, name="New Co"
    )
    staff = visitor(world.people["staff"])
    page = staff.get("/admin/organisations?state=unverified").follow("New Co")
    done = page.submit(button="It is eligible")
    assert "Eligible" in done.text
    session.refresh(waiting)
    assert waiting.state is OrganisationState.ELIGIBLE


def test_staff_who_refuse_without_a_reason_are_asked_for_one_at_the_field(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    waiting = make_organisation(session, owner=make_user(session), state=OrganisationState.UNVERIFIED)
    staff = visitor(world.people["staff"])
    back = staff.get(f"/admin/organisations/{waiting.id}").submit(action="/refuse")
    assert "Say why, in a sentence." in back.text
    session.refresh(waiting)
    assert waiting.state is OrganisationState.UNVERIFIED


def test_an_administrator_gives_and_takes_a_role_and_never_the_last_one(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    ada = world.people["administrator"]
    firm = world.people["firm"]
    assert ada is not None
    assert firm is not None
    browser = visitor(ada)
    browser.get(f"/admin/users/{firm.id}").submit(button="Give this role", role="staff")
    assert session.get(UserRole, (firm.id, Role.STAFF)) is not None
    browser.post(f"/admin/users/{firm.id}/take-role", role="staff")
    session.expire_all()
    assert session.get(UserRole, (firm.id, Role.STAFF)) is None
    browser.post(f"/admin/users/{ada.id}/take-role", role="administrator")
    assert session.get(UserRole, (ada.id, Role.ADMINISTRATOR)) is not None


def test_staff_see_no_addresses_and_may_not_give_roles(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = world.people["firm"]
    assert firm is not None
    staff = visitor(world.people["staff"])
    assert firm.email not in staff.get("/admin/users").html
    assert firm.email not in staff.get(f"/admin/users/{firm.id}").html
    assert staff.post(f"/admin/users/{firm.id}/give-role", role="staff").status == 403
    found = staff.get(f"/admin/users?q={firm.email}")
    assert firm.name in found.text


def test_staff_try_a_dead_letter_again_and_it_is_done(
    world: World, session: Session, visitor: Callable[..., Any], work: Callable[[], int]
) -> None:
    given_up = {"attempts": 8, "finished_at": NOW, "dead_at": NOW, "error": "Broken"}
    session.add(OutboxMessage(event="nothing.listens", payload={}, created_at=NOW, due_at=NOW, **given_up))
    staff = visitor(world.people["staff"])
    page = staff.get("/admin/failures")
    assert "nothing.listens" in page.text
    page.submit(action="/retry")
    work()
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.event == "nothing.listens")).one()
    assert row.dead_at is None
    assert row.finished_at is not None
    assert "Nothing was given up" in staff.get("/admin/failures").text


def test_the_log_names_acts_and_fields_and_pages_backwards(
    world: World, session: Session, visitor: Callable[..., Any]
) -> None:
    firm = world.people["firm"]
    assert firm is not None
    administrator = visitor(world.people["administrator"])
    administrator.post(f"/admin/users/{firm.id}/trust")
    page = administrator.get(f"/admin/log?subject=user&id={firm.id}")
    assert "Trust" in page.text
    assert "trusted_requester" in page.text
    assert session.get_one(User, firm.id).trusted_requester
    assert administrator.get("/admin/log?before=notanumber&id=9999999999999").status == 200


def test_an_administrator_reads_the_reference_data(world: World, visitor: Callable[..., Any]) -> None:
    page = visitor(world.people["administrator"]).get("/admin/reference")
    assert "United Arab Emirates" in page.text
    assert visitor(world.people["staff"]).get("/admin/reference").status == 403


def test_the_mailbox_shows_what_was_composed(
    session: Session, world: World, visitor: Callable[..., Any]
) -> None:
    session.add(
        MailMessage(
            dedupe_key="a", message_id="<a@b>", event="outcome_thanks", to_address="x@example.org", subject="Thank you",
            text="Hello", html="<p>Hello</p>", created_at=NOW, due_at=NOW,
        )
    )  # fmt: skip
    page = visitor().get("/dev/mail").follow("Thank you")
    assert "Hello" in page.text
