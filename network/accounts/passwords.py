"""Passwords by Argon2, at the same cost for known and unknown addresses."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 10
MAXIMUM = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Words of our own that everybody here would think of.
THE_NETWORK = ("kinbridge", "alumni", "diaspora", "network", "volunteer")
# What a guesser needs more tries for than this (a power of ten) is left to the limits of signing in.
GUESSABLE = 7.0
# So much of a password is looked at: the measure grows slow with the length, and the rest only makes it better.
LOOKED_AT = 48


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
    local = email.partition("@")[0].lower()
    if folded in {email.lower(), local * 2, name.lower().replace(" ", "")} or (
        len(local) > 5 and folded == local
    ):
        return "own_name"
    return "common" if _is_guessed(password, [local, *name.split(), *THE_NETWORK]) else None


def _is_guessed(password: str, about: list[str]) -> bool:
    """Whether lists of passwords, names, words and keyboard rows lead to it soon; `about` is told of the person."""
    # Loaded at the first new password: its lists take a moment, and most processes never need them.
    from zxcvbn import zxcvbn

    told = [word for word in about if len(word) > 2]
    return float(zxcvbn(password[:LOOKED_AT], user_inputs=told)["guesses_log10"]) < GUESSABLE


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash("no account has this password")
