"""What a person may take with them, and that nothing of them is left when they want it so."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from network.db import Base
from network.domain.actor import system_actor
from network.domain.errors import NotAllowed
from network.domain.states import IntroductionState
from network.mail.compose import post
from network.mail.recipients import recipient_of
from network.models import (
    Affiliation,
    Confirmation,
    DeclaredInterest,
    DoNotAsk,
    FormDraft,
    IntroductionMessage,
    MailMessage,
    Need,
    Transition,
    User,
)
from network.privacy.exports import export_person
from network.privacy.operations import erase_person
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_introduction,
    make_lead,
    make_need,
    make_organisation,
    make_outcome,
    make_staff,
    make_user,
    make_volunteer,
)

MARK = "Zyxquorl"


def dump(session) -> str:
    """Every value of every table, as one text."""
    session.flush()
    rows = []
    for table in Base.metadata.sorted_tables:
        rows += [repr(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table.name}"))]  # noqa: S608
    return "\n".join(rows)


def marked_person(session):
    """A volunteer who is in a firm too, with a mark in everything they gave."""
    chapter = make_chapter(session)
    make_lead(session, chapter)
    user = make_user(session, name=f"{MARK} Name", email=f"{MARK.lower()}@example.org")
    volunteer = make_volunteer(
        session,
        chapter=chapter,
        user=user,
        name=f"{MARK} Name",
        headline=f"{MARK} headline",
        job_title=f"{MARK} job",
        employer=f"{MARK} employer",
        biography=f"{MARK} life",
        city=f"{MARK} city",
        phone=f"+971 {MARK}",
        source_id=f"{MARK}-1",
    )
    session.add(Affiliation(volunteer_id=volunteer.id, kind="friend", text=MARK))
    session.add(DeclaredInterest(volunteer_id=volunteer.id, kind="employer", name=MARK))
    session.add(FormDraft(user_id=user.id, form="need", content=MARK, updated_at=NOW))
    firm = make_organisation(session, owner=make_user(session), members=[user])
    need = make_need(session, firm, user)
    other = make_volunteer(session, chapter=chapter, name="Other One")
    introduction = make_introduction(session, need, other, IntroductionState.EXPLORING, turn="requester")
    own = make_introduction(session, make_need(session, firm, make_user(session)), volunteer)
    session.add(
        IntroductionMessage(
            introduction_id=introduction.id, author_id=user.id, side="requester", text=MARK, created_at=NOW
        )
    )
    session.add(
        Transition(
            subject="introduction",
            subject_id=introduction.id,
            action="ask",
            source="offered",
            target="exploring",
            actor_id=user.id,
            channel="web",
            reason=MARK,
            at=NOW,
        )
    )
    outcome = make_outcome(session, own, session.get_one(Need, own.need_id))
    words = [
        {"what": "title", "was": "An order", "now": MARK},
        {"what": "currency", "was": "GBP", "now": "USD"},
    ]
    session.add(
        Confirmation(
            outcome_id=outcome.id, answered_at=NOW, answer="corrected", answered_by_id=user.id,
            comments=MARK, corrections=MARK, changes=words,
        )
    )  # fmt: skip
    session.flush()
    post(session, "password_changed", recipient_of(user), key="x", now=NOW, url="https://example.org")
    stranger = make_user(session)
    post(
        session,
        "membership_asked",
        recipient_of(stranger),
        key="y",
        now=NOW,
        chapter=chapter,
        volunteer_name=volunteer.name,
        until=NOW,
        url="https://example.org",
    )
    return user, volunteer, own


def test_a_person_exports_every_value_they_gave(session):
    user, _, _ = marked_person(session)
    found = export_person(session, actor_of(session, user), user.id, NOW)
    words = json.dumps(found)
    for value in ("headline", "job", "employer", "life", "city"):
        assert f"{MARK} {value}" in words
    assert user.email in words
    assert found["messages"][0]["text"] == MARK
    assert "password_hash" not in words
    assert found["declared_interests"][0]["name"] == MARK


def test_an_owner_exports_what_the_firm_says_and_what_was_chosen_and_a_member_does_not(session):
    owner, member = make_user(session), make_user(session)
    firm = make_organisation(session, owner=owner, members=[member], description="Pumps and valves.")
    make_need(session, firm, owner, markets=["OM"], sectors=["water"], help_types=["mentoring"])
    given = export_person(session, actor_of(session, owner), owner.id, NOW)
    [said] = given["organisations_owned"]
    assert (said["description"], said["registration_number"]) == (
        "Pumps and valves.",
        firm.registration_number,
    )
    chosen = [given[name] for name in ("markets_of_needs", "sectors_of_needs", "help_of_needs")]
    assert [rows[0][name] for rows, name in zip(chosen, ("market", "sector", "help_type"), strict=True)] == [
        "OM", "water", "mentoring",
    ]  # fmt: skip
    assert not export_person(session, actor_of(session, member), member.id, NOW)["organisations_owned"]


@pytest.mark.parametrize("act", [export_person, erase_person])
def test_nobody_else_takes_or_erases_a_person(session, act):
    user, _, _ = marked_person(session)
    for other in (make_user(session), make_staff(session)):
        with pytest.raises(NotAllowed):
            act(session, actor_of(session, other), user.id, now=NOW)


def test_after_an_erasure_no_table_holds_a_value_of_the_person(session, work):
    user, _, own = marked_person(session)
    actor = actor_of(session, user)
    assert MARK in dump(session)
    erase_person(session, actor, user.id, never_ask=True, now=NOW)
    session.expire_all()
    assert own.state is IntroductionState.WITHDRAWN
    work()
    left = [line for line in dump(session).splitlines() if MARK.lower() in line.lower()]
    assert left == []
    assert [one["what"] for one in session.scalars(select(Confirmation.changes)).one()] == ["currency"]
    assert session.scalars(select(DoNotAsk.reason)).one() == "erased"
    assert session.get(User, user.id).closed_at is not None


def test_an_erased_person_can_register_anew_as_somebody_new(session):
    user, _, _ = marked_person(session)
    email = user.email
    erase_person(session, system_actor(), user.id, now=NOW)
    assert make_user(session, email=email).id != user.id
    assert session.scalars(select(DoNotAsk)).first() is None


def test_an_erasure_twice_changes_nothing_more(session):
    user, _, _ = marked_person(session)
    for _ in range(2):
        erase_person(session, system_actor(), user.id, now=NOW)
    assert session.scalars(select(MailMessage.id).where(MailMessage.user_id == user.id)).first() is None
