"""What the clock does next with a row, and whose turn it is until then.

A row keeps how many steps of its present schedule are done: `steps_done`, back to 0 at every
move and whenever the turn changes, the cascade is exhausted, enough introductions completed or an
organisation's offers freeze or thaw. The schedule is worked out anew each time, so a change of
zone or leave needs no mending of stored dates, and a worker that was away for a week sends the
latest reminder and not all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from network.domain.states import Waiting

# Steps that only write to somebody, or (reissue) write to them once more.
REMINDERS = frozenset(
    {
        "ask_actuals",
        "ask_both",
        "ask_feedback",
        "ask_fresh",
        "ask_progress",
        "find_lead",
        "follow_up",
        "nudge",
        "reissue",
        "remind_staff",
        "review_due",
        "review_frozen",
        "warn",
    }
)
# Steps that pass the turn on and leave the state as it is.
HAND_OVERS = frozenset({"escalate", "hand_to_broker"})


class Step(NamedTuple):
    """Whose turn it is, until when, and what happens then.

    `name` is a reminder, a hand-over, or else an action of the lifecycle that the clock takes.
    """

    waiting: Waiting
    at: datetime
    name: str


class Overdue(NamedTuple):
    """A step whose time has come, and the row's `steps_done` once it was taken."""

    step: Step
    steps_done: int


def step_after(
    steps: Sequence[Step], done: int, repeat: Callable[[datetime], Step] | None = None
) -> Step | None:
    """The first step not yet done; past the last one, `repeat` for ever from where it stood."""
    if done < len(steps):
        return steps[done]
    if repeat is None or not steps:
        return None
    step = steps[-1]
    for _ in range(done - len(steps) + 1):
        step = repeat(step.at)
    return step


def latest_due(step_of: Callable[[int], Step | None], done: int, now: datetime) -> Overdue | None:
    """The step to take now: the latest reminder whose time has come, or the first that does more.

    A later step takes the place of a reminder, but nothing takes the place of a move or a
    hand-over, however late the worker is.
    """
    found: Overdue | None = None
    step = step_of(done)
    while step is not None and step.at <= now:
        done += 1
        found = Overdue(step, done)
        if step.name not in REMINDERS:
            break
        step = step_of(done)
    return found
