"""One table, one door: the only place where a state becomes another.

A lifecycle is a mapping of (state, action) to a `Move`. An operation works out what the
actor is towards the row (its requester, its volunteer, the lead of the chapter that owns it)
and comes through `apply_move`; nobody sets a state in any other way.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.states import Role

S = TypeVar("S", bound=StrEnum)

# Who stands on which side of a need, an introduction or an outcome.
REQUESTER = frozenset({Role.ORGANISATION_MEMBER, Role.ORGANISATION_OWNER, Role.UNIVERSITY_OFFICE})
OWNER = frozenset({Role.ORGANISATION_OWNER, Role.UNIVERSITY_OFFICE})
VOLUNTEER = frozenset({Role.VOLUNTEER})
LEAD = frozenset({Role.CHAPTER_LEAD})
STAFF = frozenset({Role.STAFF})
BROKER = LEAD | STAFF
BENEFICIARY = frozenset({Role.BENEFICIARY})
SYSTEM = frozenset({Role.SYSTEM})
PARTIES = REQUESTER | VOLUNTEER


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One permitted change: from where, by what act, to where, by whom."""

    source: S
    action: str
    target: S
    roles: frozenset[Role]
    needs_reason: bool = False


Moves = Mapping[tuple[S, str], Move[S]]


def moves(
    action: str,
    sources: Iterable[S],
    target: S | None,
    roles: frozenset[Role],
    *,
    needs_reason: bool = False,
) -> list[Move[S]]:
    """The same act from several states; a target of None leaves the state as it is."""
    return [
        Move(source, action, source if target is None else target, roles, needs_reason) for source in sources
    ]


def table(*groups: Iterable[Move[S]]) -> dict[tuple[S, str], Move[S]]:
    """A lifecycle out of its moves; an act named twice from one state is a fault."""
    found: dict[tuple[S, str], Move[S]] = {}
    for move in (move for group in groups for move in group):
        key = (move.source, move.action)
        if key in found:
            raise ValueError(f"{move.action} from {move.source} is defined twice")
        found[key] = move
    return found


def implied_roles(roles: Collection[Role]) -> frozenset[Role]:
    """The roles with what they include: an administrator is staff, an owner is a member."""
    implied = set(roles)
    if Role.ADMINISTRATOR in implied:
        implied.add(Role.STAFF)
    if Role.ORGANISATION_OWNER in implied:
        implied.add(Role.ORGANISATION_MEMBER)
    return frozenset(implied)


def apply_move(
    table: Moves[S], state: S, action: str, roles: Collection[Role], *, reason: str | None = None
) -> S:
    """The state after the act.

    `roles` are those the actor holds towards this row, not anywhere. Raises Conflict where the
    state has no such move, NotAllowed where the role may not make it, Invalid where the move
    has to be explained and was not (the network's own clock need not explain itself), and
    ValueError for an action that no state of this lifecycle knows.
    """
    move = table.get((state, action))
    if move is None:
        if action not in actions_of(table):
            raise ValueError(f"unknown action {action!r}")
        raise Conflict("state_moved", "This has moved on since you saw it. Look at it as it is now.")
    allowed = implied_roles(roles) & move.roles
    if not allowed:
        raise NotAllowed("role_may_not", "This is not yours to do.")
    if move.needs_reason and allowed != SYSTEM and not (reason or "").strip():
        raise Invalid("reason_missing", "Say why, in a sentence.", field="reason")
    return move.target


def may_move(table: Moves[S], state: S, action: str, roles: Collection[Role]) -> bool:
    """Whether the act is open from this state to one of these roles."""
    move = table.get((state, action))
    return move is not None and not implied_roles(roles).isdisjoint(move.roles)


def open_actions(table: Moves[S], state: S, roles: Collection[Role]) -> tuple[str, ...]:
    """The acts open from this state to these roles, in the order of the table."""
    return tuple(
        action for source, action in table if source == state and may_move(table, state, action, roles)
    )


def actions_of(table: Moves[S]) -> frozenset[str]:
    """Every act of the lifecycle."""
    return frozenset(action for _, action in table)
