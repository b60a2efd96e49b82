"""Views of the area outcomes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__)
