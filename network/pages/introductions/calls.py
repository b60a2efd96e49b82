"""One act being done on an introduction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.domain.actor import Actor
from network.models import Introduction

# What to tell the person who did it; None where a message of theirs was kept back.
Words = Any


@dataclass(frozen=True, slots=True)
class Call:
    """One act being done. `seen` is None where the mailed link stands in for the version."""

    session: Session
    actor: Actor
    introduction: Introduction
    form: Any
    now: datetime
    seen: int | None
