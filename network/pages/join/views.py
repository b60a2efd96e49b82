"""Views of the area join."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("join", __name__)
