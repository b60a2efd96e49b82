"""Reading delivery reports (RFC 3464): whose mail came back, for good or for a while, and which mail it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr

# A report is small; one with a whole mail inside is cut here, which leaves its head.
LARGEST = 512 * 1024
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
# Classes of "failed" that say that the address itself is no good: no such mailbox, host or name, or it is closed.
_GONE = ("0", "1")
_GONE_EXACTLY = frozenset({("2", "0"), ("2", "1"), ("4", "4")})


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient of a report: the address, whether it is gone for good, and the ids of the mail that came back."""

    address: str
    is_permanent: bool
    status: str
    message_ids: tuple[str, ...]


def read_bounces(raw: bytes) -> list[Bounce]:
    """Each failed recipient of a delivery report; none where the mail is no such report."""
    report = message_from_bytes(raw[:LARGEST], policy=policy.default)
    if report.get_content_type() != "multipart/report" or not isinstance(report, EmailMessage):
        return []
    parts = list(report.walk())
    ids = _ids_of_returned(parts)
    found = []
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            found += [bounce for block in _blocks(part) if (bounce := _bounce(block, ids))]
    return found


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report: the first about the mail, each other about one recipient."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _bounce(block: Message, ids: tuple[str, ...]) -> Bounce | None:
    if str(block.get("Action", "")).strip().lower() != "failed":
        return None
    stated = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
    address = parseaddr(stated.rpartition(";")[2].strip())[1].lower()
    status = _STATUS.search(str(block.get("Status", ""))) or _STATUS.search(
        str(block.get("Diagnostic-Code", ""))
    )
    if "@" not in address or status is None:
        return None
    return Bounce(address, is_gone(status.group(0)), status.group(0), ids)


def is_gone(said: str) -> bool:
    """Whether a status, or what a mail server said with one in it, means that the address itself is no good."""
    status = _STATUS.search(said)
    if status is None:
        return False
    kind, subject, detail = status.groups()
    return kind == "5" and (subject in _GONE or (subject, detail) in _GONE_EXACTLY)


def _ids_of_returned(parts: list[EmailMessage]) -> tuple[str, ...]:
    """The Message-IDs in the mail, or the head of it, that the report gives back."""
    found: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            inside = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
            texts = [str(one.get("Message-ID", "")) for one in inside]
        elif kind == "text/rfc822-headers":
            texts = re.findall(r"(?im)^message-id:\s*(.+)$", str(part.get_content()))
        else:
            continue
        found += [match for text in texts for match in _MESSAGE_ID.findall(text)]
    return tuple(dict.fromkeys(found))
