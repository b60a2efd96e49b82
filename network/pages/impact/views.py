"""Views of the area impact."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("impact", __name__)
