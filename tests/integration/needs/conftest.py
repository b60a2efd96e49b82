"""The scene that the tests of this folder play in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.support.scene import Scene, make_scene


@pytest.fixture
def scene(session: Session) -> Scene:
    """A chapter, its leads, staff, a firm with an open need, three volunteers."""
    return make_scene(session)
