"""Structured logs: one JSON line an event, with ids and no personal data."""

from __future__ import annotations

import logging
import sys

import structlog

from config.settings import Settings


def init_logs(settings: Settings) -> None:
    """JSON lines to standard error at the configured level; tracebacks without the values of variables."""
    level = logging.getLevelName(settings.log_level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
