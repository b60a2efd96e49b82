"""The same figures as CSV and JSON."""

from __future__ import annotations

from flask import Response, jsonify

from network.db import db
from network.pages.reports.area import blueprint
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import breakdown_rows, data_header, data_rows
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in


@blueprint.get(
    "/by/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.csv"
)
@signed_in
def by_csv(dimension: str) -> Response:
    """A breakdown as CSV."""
    asked = asked_now()
    rows = breakdown_rows(db.session, current_actor(), asked, dimension)
    return csv_response(
        f"report-by-{dimension}.csv", data_header(dimension), data_rows(rows, asked, dimension)
    )


@blueprint.get(
    "/by/<any('market', 'sector', 'help', 'chapter', 'university', 'place', 'size'):dimension>/data.json"
)
@signed_in
def by_json(dimension: str) -> Response:
    """A breakdown as JSON; money as text, so that no penny is lost on the way."""
    asked = asked_now()
    rows = breakdown_rows(db.session, current_actor(), asked, dimension)
    header = data_header(dimension)
    return jsonify(
        {
            "version": 1,
            "about": asked.params,
            "rows": [
                dict(
                    zip(
                        header,
                        (one if isinstance(one, int) or one is None else str(one) for one in row),
                        strict=True,
                    )
                )
                for row in data_rows(rows, asked, dimension)
            ],
        }
    )


def _plain(value: object) -> object:
    return value if isinstance(value, int) or value is None else str(value)
