"""Views of the area directory."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("directory", __name__)
