"""Outcomes: recorded, followed, confirmed by the beneficiary through their personal link."""

from __future__ import annotations

from network.pages.outcomes import confirming, following, rates, recording, settling
from network.pages.outcomes.area import blueprint

__all__ = ["blueprint", "confirming", "following", "rates", "recording", "settling"]
