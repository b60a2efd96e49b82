"""The worker keeps the response record of a large network."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from network.measures.answers import keep_answers
from network.outbox.registry import periodic


@periodic("measures.answers", timedelta(minutes=10))
def keep_response_record(session: Session, now: datetime) -> None:
    """What the page of answers shows is at most some ten minutes old for the last months, some hours for others."""
    keep_answers(session, now)
