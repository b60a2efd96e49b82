"""Reading a mail that came in: for which thread, from whom, and what it says; machines' mail is left aside."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr

from flask import current_app

from network.mail.own_words import own_words, text_of_html
from network.mail.replies import read_reply_address

# What is read of one mail: the words stand before the files in it, so that a larger one loses its files only.
LARGEST = 2 * 1024 * 1024
# Why a mail that found its thread says nothing there.
EMPTY, TOO_LARGE = "empty", "too_large"
_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)[@+]", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "X-Loop")
# Older programs mark a note of absence in the subject only.
_AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)? ?-?reply|autoreply|out of (the )?office|automatische antwort|abwesenheit\w*"
    r"|r.ponse automatique|absence du bureau|respuesta autom.tica|fuera de la oficina|risposta automatica"
    r"|resposta autom.tica|automatisch antwoord|autosvar|automatiskt svar|自動応答|自动回复|自動回覆|رد تلقائي)",
    re.IGNORECASE,
)
_NOT_FILES = ("text/calendar", "application/pgp-signature", "application/pkcs7-signature")


class Dropped(Exception):
    """A mail that leads nowhere; `reason` is a word for the log and holds nothing of the mail."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Inbound:
    """One answer by mail. `key` is the same for the same mail, and tells nothing of it.

    `text` is empty where nothing could be read, and `problem` says why; `has_files` where something came along that
    is left aside.
    """

    introduction_id: int
    user_id: int
    sender: str
    text: str
    key: str
    problem: str | None = None
    has_files: bool = False


def read_inbound(raw: bytes) -> Inbound:
    """Take one RFC 5322 message apart, or raise Dropped with the reason. Never any other error.

    Of a mail larger than LARGEST the beginning is enough.
    """
    try:
        return _read(raw[:LARGEST], is_cut=len(raw) > LARGEST)
    except Dropped:
        raise
    except Exception as error:
        # The parser meets headers and encodings that nobody foresaw.
        raise Dropped("unreadable") from error


def _read(raw: bytes, *, is_cut: bool) -> Inbound:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    _refuse_machines(message)
    token = next((found for address in _recipients(message) if (found := read_reply_address(address))), None)
    if token is None:
        raise Dropped("no_address_of_ours")
    senders = [address for _name, address in getaddresses(message.get_all("From", []))]
    if len(senders) != 1 or "@" not in senders[0]:
        raise Dropped("no_sender")
    text = own_words(_text_of(message), _ours())
    problem = None if text else TOO_LARGE if is_cut else EMPTY
    # A mail without a Message-ID is told again by what it says.
    identity = str(message.get("Message-ID") or "").strip() or text
    key = hashlib.sha256(f"{token}|{identity}".encode("utf-8", "replace")).hexdigest()
    has_files = is_cut or any(_is_file(part) for part in message.walk())
    return Inbound(token[0], token[1], senders[0].strip().lower(), text, key, problem, has_files)


def _ours() -> tuple[str, ...]:
    """What the line that leads to our quoted mail holds: our addresses, and the name we write under."""
    name, address = parseaddr(str(current_app.config.get("MAIL_DEFAULT_SENDER") or ""))
    inbound = str(current_app.config["INBOUND_ADDRESS"] or "")
    return tuple(one for one in (address, "@" + inbound.partition("@")[2] if inbound else "", name) if one)


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() != "attachment" or part.get_content_type() in _NOT_FILES:
        return False
    # A picture of a signature is named by the HTML.
    return not (part.get_content_maintype() == "image" and part.get("Content-ID"))


def _refuse_machines(message: EmailMessage) -> None:
    """Absence notes, bounces and lists are no answers, and answering them would never end."""
    if str(message.get("Auto-Submitted") or "no").split(";")[0].strip().lower() != "no":
        raise Dropped("automatic")
    if str(message.get("Precedence") or "").strip().lower() in _BULK:
        raise Dropped("automatic")
    if any(message.get(name) for name in _AUTO_HEADERS):
        raise Dropped("automatic")
    if str(message.get("Return-Path") or "x").strip() == "<>":
        raise Dropped("bounce")
    if message.get_content_type() in {"multipart/report", "message/delivery-status"}:
        raise Dropped("bounce")
    if _AWAY.match(str(message.get("Subject") or "")):
        raise Dropped("automatic")
    sender = next((address for _name, address in getaddresses(message.get_all("From", []))), "")
    if _MACHINES.match(sender):
        raise Dropped("bounce")


def _recipients(message: EmailMessage) -> Iterator[str]:
    for name in _WHERE:
        for _shown, address in getaddresses(message.get_all(name, [])):
            yield address


def _text_of(message: EmailMessage) -> str:
    """The plain part, else the HTML part as text; attachments are left aside."""
    part = message.get_body(("plain",))
    if part is not None:
        return str(part.get_content())
    part = message.get_body(("html",))
    return text_of_html(str(part.get_content())) if part is not None else ""
