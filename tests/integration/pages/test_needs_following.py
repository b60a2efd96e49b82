"""Following a need: the asking side's page, the volunteer's, and every act on it, the forbidden ones too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import (
    Confidentiality,
    DeclineReason,
    IntroductionState,
    NeedState,
    OrganisationState,
    Visibility,
)
from network.models import Chapter, MailMessage, Need, Organisation, User
from tests.factories import (
    NOW,
    make_chapter,
    make_introduction,
    make_lead,
    make_need,
    make_organisation,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted
from tests.support.visitor import Visitor

PEOPLE = Callable[..., Visitor]


@dataclass
class Scene:
    """A firm, its asker, a chapter with a lead."""

    asker: User
    firm: Organisation
    chapter: Chapter
    lead: User


@pytest.fixture
def scene(session: Session) -> Scene:
    asker = make_user(session, name="Ada Asker")
    firm = make_organisation(session, owner=asker, name="Northfield Pumps")
    chapter = make_chapter(session, name="Gulf chapter")
    return Scene(asker, firm, chapter, make_lead(session, chapter, name="Lee Lead"))


def _need(session: Session, scene: Scene, state: NeedState = NeedState.OPEN, **given: object) -> Need:
    return make_need(session, scene.firm, scene.asker, state=state, owner=scene.chapter, **given)


def _state(session: Session, need: Need) -> NeedState:
    return session.get_one(Need, need.id, populate_existing=True).state


# --- lists ------------------------------------------------------------------------------


def test_new_firm_reads_how_to_begin(visitor: PEOPLE, scene: Scene) -> None:
    page = visitor(scene.asker).get("/needs")
    assert "Ask somebody who knows the way" in page.text
    assert "/needs/new" in [href for _words, href in page.links]


def test_firm_sees_what_waits_for_it_first(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    _need(session, scene, title="Runs by itself", next_action_by="system", updated_at=NOW)
    _need(session, scene, NeedState.FULFILLED, title="Met long ago", next_action_by=None)
    _need(session, scene, NeedState.NEEDS_INFO, title="Has a question", next_action_by="requester")
    page = visitor(scene.asker).get("/needs")
    places = [page.text.index(words) for words in ("Has a question", "Runs by itself", "Met long ago")]
    assert places == sorted(places)
    waiting = page.follow("Waiting for you")
    assert "Has a question" in waiting.text
    assert "Runs by itself" not in waiting.text


def test_stranger_sees_no_need_of_another_firm(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    _need(session, scene, title="Not for you")
    other = make_user(session)
    make_organisation(session, owner=other)
    assert "Not for you" not in visitor(other).get("/needs").text
    assert "Not for you" not in visitor(other).get("/needs?brokered=1").text


def test_broker_lists_every_need_in_their_care(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    _need(session, scene, title="Runs by itself", next_action_by="system")
    assert "Runs by itself" in visitor(scene.lead).get("/needs").text


def test_list_costs_the_same_for_thirty_needs_as_for_three(
    app: Flask, visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    person, sizes = visitor(scene.asker), []
    for more in (3, 15):
        for _ in range(more):
            need = _need(session, scene)
            make_introduction(session, need, make_volunteer(session, chapter=scene.chapter))
        session.commit()
        with counted(app) as sent:
            person.client.get("/needs")
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]
    assert sizes[0] <= 12


# --- one need ---------------------------------------------------------------------------


def test_asker_reads_only_that_somebody_is_not_available(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    make_introduction(
        session,
        need,
        make_volunteer(session, chapter=scene.chapter, name="Bilal Busy"),
        IntroductionState.DECLINED,
        decline_reason=DeclineReason.NOT_APPROPRIATE,
        decline_words="This smells of a sanctions case",
        ended_at=NOW,
    )
    make_introduction(
        session,
        need,
        make_volunteer(session, chapter=scene.chapter, listing=Visibility.LEADS, name="Hana Hidden"),
        IntroductionState.OFFERED,
        position=1,
    )
    text = visitor(scene.asker).get(f"/needs/{need.id}").text
    assert "Bilal Busy" in text
    assert "Not available" in text
    assert "A member of the Gulf chapter" in text
    for secret in ("sanctions case", "appropriate", "Hana Hidden", "Declined"):
        assert secret not in text


@pytest.mark.parametrize("state", list(IntroductionState))
def test_asker_reads_every_state_of_an_introduction_in_words(
    visitor: PEOPLE, session: Session, scene: Scene, state: IntroductionState
) -> None:
    need = _need(session, scene)
    make_introduction(session, need, make_volunteer(session, chapter=scene.chapter), state)
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    assert page.status == 200
    assert "Amina Rahman" in page.text


@pytest.mark.parametrize("state", list(NeedState))
def test_asker_reads_what_happens_next_in_every_state(
    visitor: PEOPLE, session: Session, scene: Scene, state: NeedState
) -> None:
    need = _need(session, scene, state, state_reason="Because of this.")
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    ended = state in {NeedState.FULFILLED, NeedState.CLOSED_UNMET, NeedState.WITHDRAWN, NeedState.REFUSED}
    assert page.status == 200
    assert ("Write a new need out of this one" in page.text) == ended
    assert ("What happens next" in page.text or "Waiting for you" in page.text) != ended


def test_asker_goes_from_what_waits_for_them_to_where_it_is_done(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    asked = make_volunteer(session, chapter=scene.chapter)
    one = make_introduction(session, need, asked, IntroductionState.EXPLORING, turn="requester")
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    assert page.follow("Answer the question").url == f"/introductions/{one.id}"


def test_page_of_a_need_takes_at_most_twelve_statements(
    app: Flask, visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    person, sizes = visitor(scene.asker), []
    for more in (3, 27):
        for _ in range(more):
            volunteer = make_volunteer(session, chapter=scene.chapter)
            make_introduction(session, need, volunteer, IntroductionState.DECLINED, ended_at=NOW)
            make_volunteer(session, chapter=scene.chapter)
        session.commit()
        with counted(app) as sent:
            assert person.client.get(f"/needs/{need.id}").status_code == 200
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]
    assert sizes[0] <= 12


def test_volunteer_who_was_asked_is_led_to_their_answer(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(
        session, scene, confidentiality=Confidentiality.CONFIDENTIAL, shareable="A maker of pumps asks."
    )
    volunteer = make_volunteer(session, chapter=scene.chapter)
    make_introduction(session, need, volunteer)
    page = visitor(session.get_one(User, volunteer.user_id)).get(f"/needs/{need.id}")
    assert "A maker of pumps asks." in page.text
    assert "Northfield" not in page.text
    assert "Malta" not in page.text
    assert "Open the introduction" in page.text


def test_volunteer_who_is_only_proposed_sees_nothing(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    volunteer = make_volunteer(session, chapter=scene.chapter)
    make_introduction(session, need, volunteer, IntroductionState.PROPOSED)
    assert visitor(session.get_one(User, volunteer.user_id)).get(f"/needs/{need.id}").status == 404


def test_broker_is_led_to_the_queue(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    assert visitor(scene.lead).get(f"/needs/{need.id}").url == f"/queue/needs/{need.id}"


# --- acts -------------------------------------------------------------------------------


def test_asker_answers_the_question_and_sends_again(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.NEEDS_INFO, state_reason="Which pumps?", deadline_on=None)
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    assert "Which pumps?" in page.text
    form = page.follow("Answer and send again")
    assert "Which pumps?" in form.text
    form.submit("/edit", button="Send your answer", background="Dosing pumps, 40 bar.")
    assert _state(session, need) is NeedState.SUBMITTED


def test_asker_withdraws_an_open_need(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    visitor(scene.asker).get(f"/needs/{need.id}").submit("/withdraw", reason="Plans changed")
    assert _state(session, need) is NeedState.WITHDRAWN


def test_asker_throws_a_draft_away(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.DRAFT)
    page = visitor(scene.asker).get(f"/needs/{need.id}").submit("/withdraw")
    assert "The draft is gone." in page.html
    assert _state(session, need) is NeedState.WITHDRAWN


def test_asker_keeps_a_need_open_once(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene)
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    past = page.submit("/renew", deadline_on="2020-01-01")
    assert past.status == 422
    assert "Choose a day that lies ahead." in past.text
    assert past.form("/renew").values["deadline_on"] == ["2020-01-01"]
    after = past.submit("/renew", deadline_on="2026-09-01")
    assert session.get_one(Need, need.id, populate_existing=True).deadline_on == date(2026, 9, 1)
    assert not any("/renew" in form.action for form in after.forms)
    assert after.visitor.post(f"/needs/{need.id}/renew", deadline_on="2026-10-01", version="2").status == 409


def test_asker_says_that_it_was_met(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, asked_if_done_at=NOW, next_action_by="requester")
    visitor(scene.asker).get(f"/needs/{need.id}").submit("/fulfil")
    assert _state(session, need) is NeedState.FULFILLED


def test_asker_appeals_once(visitor: PEOPLE, session: Session, scene: Scene) -> None:
    need = _need(session, scene, NeedState.REFUSED, state_reason="Not for us.", next_action_by=None)
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    assert "Not for us." in page.text
    empty = page.submit("/appeal")
    assert "Say what we should look at again." in empty.text
    empty.submit("/appeal", reason="You read the wrong market.")
    assert _state(session, need) is NeedState.SUBMITTED
    assert session.get_one(Need, need.id).owner_chapter_id is None


def test_material_change_of_an_open_need_goes_back_to_be_read(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    page = visitor(scene.asker).get(f"/needs/{need.id}").follow("Change it")
    assert "goes back to the reader first" in page.text
    page.submit("/edit", button="Save the changes", ask="Something quite different.")
    assert _state(session, need) is NeedState.IN_TRIAGE


def test_second_of_two_acts_at_once_is_refused_and_keeps_its_words(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene)
    page = visitor(scene.asker).get(f"/needs/{need.id}")
    page.submit("/renew", deadline_on="2026-09-01")
    stale = page.submit("/withdraw", reason="We changed our plans")
    assert stale.status == 409
    assert "We changed our plans" in stale.html
    assert _state(session, need) is NeedState.OPEN


ACTS = ("withdraw", "renew", "fulfil", "appeal", "propose", "autosave")


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_the_asking_side_acts_on_a_need(
    visitor: PEOPLE, session: Session, scene: Scene, act: str
) -> None:
    need = _need(session, scene)
    volunteer = make_volunteer(session, chapter=scene.chapter)
    make_introduction(session, need, volunteer)
    others = [make_user(session), scene.lead, session.get_one(User, volunteer.user_id)]
    values = {
        "version": "1",
        "reason": "Because",
        "deadline_on": "2026-09-01",
        "volunteer": str(volunteer.id),
    }
    for other in others:
        assert visitor(other).post(f"/needs/{need.id}/{act}", **values).status == 404
    assert visitor().post(f"/needs/{need.id}/{act}", follow=False, **values).status == 302
    assert _state(session, need) is NeedState.OPEN


@pytest.mark.parametrize("version", ["", "0", "-1", "ten", "9" * 30, "①"])
def test_act_without_the_version_that_was_seen_is_refused(
    visitor: PEOPLE, session: Session, scene: Scene, version: str
) -> None:
    need = _need(session, scene)
    assert visitor(scene.asker).post(f"/needs/{need.id}/fulfil", version=version).status == 409
    assert _state(session, need) is NeedState.OPEN


def test_member_of_a_suspended_organisation_cannot_send(
    visitor: PEOPLE, session: Session, scene: Scene
) -> None:
    need = _need(session, scene, NeedState.DRAFT)
    scene.firm.state = OrganisationState.SUSPENDED
    page = visitor(scene.asker).get(f"/needs/{need.id}/edit").submit("/edit", button="Send it")
    assert page.status == 403
    assert "cannot ask at the moment" in page.text
    assert _state(session, need) is NeedState.DRAFT


# --- colleagues -------------------------------------------------------------------------


def test_a_firm_hands_a_need_to_a_colleague_whose_turn_it_is_from_then_on(
    visitor: PEOPLE, session: Session, work: Callable[[], int], mails: Callable[..., list[MailMessage]]
) -> None:
    owner, asker = make_user(session, name="Ora Owner"), make_user(session, name="Ada Asker")
    firm = make_organisation(session, owner=owner, members=[asker])
    need = make_need(session, firm, asker, state=NeedState.NEEDS_INFO, state_reason="Which certificates?")
    page = visitor(asker).get(f"/needs/{need.id}")
    assert "Waiting for you" in page.text
    assert "Waiting for Ada Asker" in visitor(owner).get(f"/needs/{need.id}").text
    page = page.submit(button="Hand it over", requester=str(owner.id))
    assert "Handed over." in page.text
    assert visitor(asker).get(f"/needs/{need.id}").status == 404
    assert "Waiting for you" in visitor(owner).get(f"/needs/{need.id}").text
    work()
    assert [mail.to_address for mail in mails(event="need_handed_over")] == [owner.email]


def test_a_firm_hands_a_need_to_nobody_outside(visitor: PEOPLE, session: Session) -> None:
    asker, stranger = make_user(session), make_user(session, name="Stra Nger")
    firm = make_organisation(session, owner=asker, members=[make_user(session)])
    need = make_need(session, firm, asker)
    visitor(asker).post(f"/needs/{need.id}/hand-over", requester=stranger.id, version=need.version)
    assert session.get_one(Need, need.id, populate_existing=True).requester_id == asker.id
