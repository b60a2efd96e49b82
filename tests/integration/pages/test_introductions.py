"""The list of introductions and the page of one of them, for each who may read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from network.domain.states import Confidentiality, IntroductionState
from network.models import User
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Visitor

_I = IntroductionState


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


@pytest.mark.parametrize("state", list(_I))
def test_every_reader_opens_every_state(
    scene: Scene, session: Session, visitor: Callable[..., Visitor], app: Flask, state: IntroductionState
) -> None:
    one = scene.introduce(scene.amina, state)
    for person in (scene.owner, scene.lead, scene.staff, session.get_one(User, scene.amina.user_id)):
        page = visitor(person).get(f"/introductions/{one.id}")
        hidden = state is _I.PROPOSED and person is session.get_one(User, scene.amina.user_id)
        assert page.status == (404 if hidden else 200), person.name
        listed = visitor(person).get("/introductions")
        assert listed.status == 200
