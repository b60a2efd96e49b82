"""Column types and mixins that several aggregates share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column

from network.domain.conflict import normalise_name


def choice(kind: type[StrEnum]) -> Enum:
    """A short string column that holds the values of a StrEnum, checked by Python, not by the database.

    A value added to the enum then needs no migration.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


def key_of_name(field: str) -> Callable[[Any], str]:
    """The default of a column that keeps an organisation's name as conflicts compare it, on every way in."""

    def make(context: Any) -> str:
        return normalise_name(context.get_current_parameters().get(field) or "")

    return make


class Stamped:
    """When a row was made and last changed; operations pass the clock's time."""

    created_at: Mapped[datetime] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column()


class Waits:
    """Who owns what happens next, and by when: set in every state that is not an end."""

    next_action_by: Mapped[str | None] = mapped_column(index=False)
    next_action_at: Mapped[datetime | None] = mapped_column(index=True)
    escalated_at: Mapped[datetime | None]
    # When the present state was entered, and how many steps of its schedule (domain/*_timers.py) the clock took.
    state_since: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)


Json = dict[str, Any]
