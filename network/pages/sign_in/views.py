"""Views of the area sign_in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("sign_in", __name__)
