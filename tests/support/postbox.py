"""A real SMTP server that keeps what it takes; it can be told to refuse or to be slow."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
import time
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postbox:
    """An SMTP server on loopback. `mails` are the messages it took, in order."""

    def __init__(self, seconds_each: float = 0.0) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refusing: str | None = None
        self.seconds_each = seconds_each
        self._lock = threading.Lock()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take one message, or refuse it."""
        if self.refusing:
            return self.refusing
        if self.seconds_each:
            time.sleep(self.seconds_each)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.mails.append(message)  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        return "250 Taken"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of each message taken."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to one address, oldest first."""
        pairs = zip(self.mails, self.recipients, strict=True)
        return [mail for mail, recipients in pairs if address in recipients]

    def __enter__(self) -> Postbox:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()


def text_of_mail(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""
