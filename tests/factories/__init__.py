"""Rows for tests, with believable defaults; everything can be said otherwise."""

from tests.factories.asks import make_introduction, make_need, make_outcome, make_risk_review
from tests.factories.people import (
    NOW,
    actor_of,
    make_chapter,
    make_lead,
    make_membership,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)

__all__ = [
    "NOW",
    "actor_of",
    "make_chapter",
    "make_introduction",
    "make_lead",
    "make_membership",
    "make_need",
    "make_organisation",
    "make_outcome",
    "make_risk_review",
    "make_staff",
    "make_user",
    "make_volunteer",
]
