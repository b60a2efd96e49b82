"""The area's blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("queue", __name__)
