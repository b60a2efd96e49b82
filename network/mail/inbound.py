"""Reading a mail that came in: for which thread, from whom, and what it says; machines' mail is left aside."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from network.mail.replies import CUT, read_reply_address

# What is read at all, and what is kept of the words of one mail.
LARGEST = 2 * 1024 * 1024
LONGEST = 2000
MOST_LOOKED_AT = 100_000
LONGEST_HEADER = 300
_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)[@+]", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "X-Loop")


class Dropped(Exception):
    """A mail that leads nowhere; `reason` is a word for the log and holds nothing of the mail."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Inbound:
    """One answer by mail. `key` is the same for the same mail, and tells nothing of it."""

    introduction_id: int
    user_id: int
    sender: str
    text: str
    key: str


def read_inbound(raw: bytes) -> Inbound:
    """Take one RFC 5322 message apart, or raise Dropped with the reason. Never any other error."""
    if len(raw) > LARGEST:
        raise Dropped("too_large")
    try:
        return _read(raw)
    except Dropped:
        raise
    except Exception as error:
        # The parser meets headers and encodings that nobody foresaw.
        raise Dropped("unreadable") from error


def _read(raw: bytes) -> Inbound:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    _refuse_machines(message)
    token = next((found for address in _recipients(message) if (found := read_reply_address(address))), None)
    if token is None:
        raise Dropped("no_address_of_ours")
    senders = [address for _name, address in getaddresses(message.get_all("From", []))]
    if len(senders) != 1 or "@" not in senders[0]:
        raise Dropped("no_sender")
    text = own_words(_text_of(message))
    if not text:
        raise Dropped("empty")
    # A mail without a Message-ID is told again by what it says.
    identity = str(message.get("Message-ID") or "").strip() or text
    key = hashlib.sha256(f"{token}|{identity}".encode("utf-8", "replace")).hexdigest()
    return Inbound(token[0], token[1], senders[0].strip().lower(), text, key)


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


# --- the words of the writer ------------------------------------------------------------

_SIGNATURE = re.compile(r"--\s?$")
_ORIGINAL = re.compile(
    r"^-{2,}\s*(original message|forwarded message|urspr\w+ nachricht|message d'origine)", re.I
)
_OUTLOOK = re.compile(r"^_{10,}$")
_HEADER = re.compile(r"^\W{0,3}(from|sent|date|to|subject|von|gesendet|de|envoy\w+)\W{0,3}:", re.IGNORECASE)
_WROTE = re.compile(
    r"\b(wrote|schrieb|a \w{1,4}crit|escribi\w{1,3}|ha scritto)\b[^:]{0,80}:?\s*$", re.IGNORECASE
)
_BEGINS_QUOTE = re.compile(r"^(on|am|le|el|il)\b", re.IGNORECASE)


def own_words(text: str) -> str:
    """What the writer added: without the mail that is quoted under or between it, and without a signature."""
    plain = "".join(
        sign for sign in text[:MOST_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n") if _is_plain(sign)
    )
    kept: list[str] = []
    for line in plain.split("\n"):
        # A longer line is a paragraph and leads no quotation; patterns never run over it.
        bare = line.strip() if len(line) <= LONGEST_HEADER else ""
        if CUT in bare:
            break
        if line.lstrip().startswith(">"):
            continue
        if _ends_own_words(bare, kept):
            break
        kept.append(line.rstrip())
    _drop_attribution(kept)
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return words if len(words) <= LONGEST else words[: LONGEST - 4].rstrip() + " ..."


def _is_plain(sign: str) -> bool:
    return sign in "\n\t" or (sign.isprintable() and not "\ud800" <= sign <= "\udfff")


def _ends_own_words(bare: str, kept: list[str]) -> bool:
    if _SIGNATURE.fullmatch(bare) or _ORIGINAL.match(bare) or _OUTLOOK.match(bare):
        return True
    # A quoted header: two of its lines under each other.
    if _HEADER.match(bare) and kept and _HEADER.match(kept[-1].strip()):
        kept.pop()
        return True
    if _WROTE.search(bare):
        # "On Tuesday ... wrote:" may be broken over two or three lines.
        for back in range(3):
            lines = [*kept[len(kept) - back :], bare] if back else [bare]
            if lines and _BEGINS_QUOTE.match(lines[0].strip()):
                del kept[len(kept) - back :]
                return True
    return False


def _drop_attribution(kept: list[str]) -> None:
    """The line that led to a quotation, which was taken out."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _WROTE.search(kept[-1][-LONGEST_HEADER:]):
        kept.pop()


class _Words(HTMLParser):
    """Text of HTML: blocks on lines of their own, quotations and what is never shown left out."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
    HIDDEN = frozenset({"style", "script", "head", "title", "blockquote", "template"})
    VOID = frozenset({"br", "hr", "img", "meta", "link", "input"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; a quotation hides what is in it."""
        classes = next((value or "" for name, value in attrs if name == "class"), "")
        if tag not in self.VOID and (self.hidden or tag in self.HIDDEN or "gmail_quote" in classes):
            self.hidden.append(tag)
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A block ends its line; a hidden part ends where it began."""
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    continue
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Words that are shown."""
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The words a reader of the HTML would see."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
