"""The public results."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from network.db import db
from network.pages.impact.rows import data_rows, impact_page
from network.web.csv_export import csv_response
from network.web.guards import public

blueprint = Blueprint("impact", __name__)


@blueprint.get("/impact")
@public
def impact() -> str:
    """What came of it all, for everybody."""
    return render_template("impact/impact.html", page=impact_page(db.session))


@blueprint.get("/impact/data.csv")
@public
def data() -> Response:
    """The same as open data."""
    header = ("period", "table", "code", "words", "count")
    return csv_response("impact.csv", header, data_rows(db.session))
