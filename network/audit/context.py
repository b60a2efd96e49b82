"""What the log needs to know about the request or job that is running, without knowing requests."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
