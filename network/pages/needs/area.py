"""The area of needs: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("needs", __name__)
