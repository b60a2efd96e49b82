"""Views of the area chapters."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("chapters", __name__)
