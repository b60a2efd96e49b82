"""The area of the chapters: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("chapters", __name__)
