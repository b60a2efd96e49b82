"""Passwords by Argon2, at the same cost for known and unknown addresses."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 10
MAXIMUM = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# The guesses that are tried first everywhere; longer lists belong to the sign-in limits.
COMMON = frozenset(
    [
        "password12",
        "password123",
        "password1234",
        "qwertyuiop",
        "1234567890",
        "12345678910",
        "iloveyou12",
        "letmein123",
        "welcome123",
        "admin12345",
        "qwerty12345",
        "passw0rd123",
        "changeme123",
        "football123",
        "1q2w3e4r5t",
        "kinbridge1",
        "kinbridge123",
    ]
)


def hash_password(password: str) -> str:
    """The Argon2id hash to keep."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password is right; takes as long where there is no account."""
    try:
        _hasher.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def weakness(password: str, email: str = "", name: str = "") -> str | None:
    """Why a password may not be used ("short", "long", "common", "own_name"), or None."""
    folded = password.lower()
    if len(password) < MINIMUM:
        return "short"
    if len(password) > MAXIMUM:
        return "long"
    if folded in COMMON or len(set(folded)) < 4:
        return "common"
    local = email.partition("@")[0].lower()
    if folded in {email.lower(), local * 2, name.lower().replace(" ", "")} or (
        len(local) > 5 and folded == local
    ):
        return "own_name"
    return None


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash("no account has this password")
