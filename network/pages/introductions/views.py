"""Views of the area introductions."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("introductions", __name__)
