"""Refusals that a person can be told about.

Each carries a stable code (the web layer translates by it), an English sentence that says
what to do, the form field it belongs to, and the HTTP status of the page that shows it.
"""

from typing import ClassVar


class DomainError(Exception):
    """Something the rules of the network do not allow."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __reduce__(self) -> tuple[type["DomainError"], tuple[str, str, str | None]]:
        return type(self), (self.code, self.message, self.field)


class NotAllowed(DomainError):
    """The actor may not do this."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or not for this actor: the two must look the same."""

    status = 404


class Conflict(DomainError):
    """What the actor saw has moved on: a newer version, or another state."""

    status = 409


class Invalid(DomainError):
    """A value that cannot be taken; `field` says which."""

    status = 422


class OverLimit(DomainError):
    """More than the agreed number in the agreed time."""

    status = 429
