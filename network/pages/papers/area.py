"""The area of the papers: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("papers", __name__)
