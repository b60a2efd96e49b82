"""The area of the outcomes: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__)
