"""A demo volunteer's place in a chapter: applied, decided on, and with its next date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from network.demo.chapters import chapters
from network.demo.moments import Clocks, moment_of, waking
from network.demo.people import VolunteerSeed
from network.domain.states import MembershipState

# A chapter answers within days; whom it suspended, it suspended in the last weeks, for that is looked at each month.
ANSWER, SUSPENSION = timedelta(days=3), timedelta(days=18)


class MembershipWriter:
    """Works out the rows of memberships as the live operations would have left them."""

    def __init__(self, now: datetime, clocks: Clocks) -> None:
        self._now, self._clocks = now, clocks
        self._zones = {seed.slug: seed.timezone for seed in chapters()}

    def row(
        self, volunteer_id: int, seed: VolunteerSeed, chapter_ids: Mapping[str, int]
    ) -> dict[str, Any] | None:
        """The membership, or None for somebody who belongs to no chapter yet."""
        state = seed.standing.membership
        if state is None or seed.chapter is None:
            return None
        day = self._now.date() - timedelta(days=seed.standing.registered_days_ago)
        applied = moment_of(day, seed.timezone, seed.email, self._now)
        zone = self._zones[seed.chapter]
        decided = self._decided(state, applied, zone)
        since = decided or applied
        asked = "Which of the two companies you name are you with now?"
        return {
            "chapter_id": chapter_ids[seed.chapter],
            "volunteer_id": volunteer_id,
            "state": state,
            "reason": asked if state is MembershipState.RETURNED else None,
            "applied_at": applied,
            "decided_at": decided,
            "state_since": since,
            "created_at": applied,
            "updated_at": since,
            **self._clocks.standing(state, since, seed.timezone, zone)._asdict(),
        }

    def _decided(self, state: MembershipState, applied: datetime, zone: str) -> datetime | None:
        if state is MembershipState.APPLIED:
            return None
        half = (self._now - applied) / 2
        suspended = state is MembershipState.SUSPENDED
        at = self._now - min(SUSPENSION, half) if suspended else applied + min(ANSWER, half)
        return waking(at, zone, after=applied, before=self._now)
