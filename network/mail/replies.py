"""The address an answer by mail goes to: it says for which introduction and from whom, and is signed.

Stateless: the address of a mail that was sent a year ago still leads to its thread. Everything is in lower case,
because mail servers may fold it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from flask import current_app

# Stands in our mails above the text: what comes below it in an answer is our own mail, quoted.
CUT = "_ _ _"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PART = re.compile(r"([0-9a-z]{1,8})-([0-9a-z]{1,8})-([a-z2-7]{20})")


def reply_address(introduction_id: int, user_id: int | None) -> str | None:
    """Where this person's answer in this introduction goes; None where answers by mail are not set up."""
    inbound = current_app.config["INBOUND_ADDRESS"]
    if inbound is None or user_id is None:
        return None
    local, _, host = str(inbound).partition("@")
    part = f"{_base36(introduction_id)}-{_base36(user_id)}-{_signature(introduction_id, user_id)}"
    return f"{local}+{part}@{host}"


def read_reply_address(address: str) -> tuple[int, int] | None:
    """The introduction and the person an address of ours was made for, or None for any other."""
    inbound = current_app.config["INBOUND_ADDRESS"]
    if inbound is None:
        return None
    local, _, host = str(inbound).partition("@")
    found, _, where = address.strip().lower().partition("@")
    own, _, part = found.partition("+")
    matched = _PART.fullmatch(part)
    if own != local or where != host or matched is None:
        return None
    introduction_id, user_id = int(matched[1], 36), int(matched[2], 36)
    signature = _signature(introduction_id, user_id)
    if not hmac.compare_digest(signature.encode(), matched[3].encode()):
        return None
    return introduction_id, user_id


def _signature(introduction_id: int, user_id: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"reply:{introduction_id}:{user_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:20]


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
