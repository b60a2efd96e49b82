"""Views of the area developer."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("developer", __name__)
