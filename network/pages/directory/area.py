"""The area of the directory: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("directory", __name__)
