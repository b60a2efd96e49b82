"""Views of the area queue."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("queue", __name__)
