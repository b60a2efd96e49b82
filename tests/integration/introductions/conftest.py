"""The scene that the tests of this folder play in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.domain.clock import FixedClock
from network.domain.states import IntroductionState
from network.introductions import operations as introductions
from network.models import Introduction
from tests.support.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    """A chapter, its leads, staff, a firm with an open need, three volunteers."""
    return make_scene(session)


@pytest.fixture
def offered(scene: Scene, session: Session, clock: FixedClock) -> Introduction:
    """An offer to Amina, really made by the cascade."""
    scene.introduce(scene.amina, IntroductionState.PROPOSED)
    [made] = introductions.run_cascade(session, scene.need, clock.now())
    return made


@pytest.fixture
def amina(scene: Scene) -> Actor:
    """Amina, signed in."""
    return scene.volunteer_actor(scene.amina)
