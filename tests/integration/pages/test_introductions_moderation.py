"""What stops an introduction, and hostile words in one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.domain.states import IntroductionState, NeedState
from network.models import (
    Introduction,
    User,
)
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

_I = IntroductionState
Browse = Callable[..., Visitor]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.fixture
def amina(scene: Scene, session: Session) -> User:
    return session.get_one(User, scene.amina.user_id)


def state_of(session: Session, one: Introduction) -> IntroductionState:
    return session.scalars(select(Introduction.state).where(Introduction.id == one.id)).one()


def test_volunteer_reports_a_request_and_it_is_read_again(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).get(f"/introductions/{one.id}")
    assert page.submit("/report", reason="").status == 422
    page.submit("/report", reason="They want my passport.")
    session.refresh(scene.need)
    assert scene.need.state is NeedState.IN_TRIAGE
    assert "passport" not in visitor(scene.owner).get(f"/introductions/{one.id}").html
    other = scene.introduce(scene.badr, _I.MET, scene.another_need())
    badr = visitor(session.get_one(User, scene.badr.user_id))
    assert badr.post(f"/introductions/{other.id}/report", reason="Rude.", version="1").status == 403


def test_staff_stop_an_introduction_with_a_reason(
    scene: Scene, session: Session, visitor: Browse, amina: User
) -> None:
    one = scene.introduce(scene.amina, _I.MET)
    page = visitor(scene.staff).get(f"/introductions/{one.id}")
    assert page.submit("/cancel", reason="").status == 422
    page.submit("/cancel", reason="Rude mails.")
    assert state_of(session, one) is _I.CANCELLED
    for person in (amina, scene.owner):
        told = visitor(person).get(f"/introductions/{one.id}")
        assert "Rude mails" not in told.html
        assert "The network stopped it" in told.text


@pytest.mark.parametrize("text", ["nul\x00here", "x" * 2001, "\u202eevil" * 500])
def test_hostile_words_are_refused_or_kept_plain(
    scene: Scene, visitor: Browse, amina: User, text: str
) -> None:
    one = scene.introduce(scene.amina)
    page = visitor(amina).post(f"/introductions/{one.id}/ask", text=text, version=str(one.version))
    assert page.status in {200, 422}
    assert visitor(amina).get(f"/introductions/{one.id}?find={text[:40]}").status == 200


def test_both_sides_of_an_introduction_find_the_way_to_report_the_other(
    session: Session, scene: Scene, visitor: Browse
) -> None:
    one = scene.introduce(scene.amina, IntroductionState.INTRODUCED)
    helper = session.get_one(User, scene.amina.user_id)
    asker = visitor(scene.owner).get(f"/introductions/{one.id}").follow("Something is wrong with this person")
    assert asker.url == f"/report/volunteers/{scene.amina.id}"
    told = visitor(helper).get(f"/introductions/{one.id}").follow("Something is wrong with this request")
    assert (told.status, told.url) == (200, f"/report/needs/{one.need_id}")
