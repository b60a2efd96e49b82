"""The area of a person's own account: one blueprint for all its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)
