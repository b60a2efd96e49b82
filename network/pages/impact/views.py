"""The public results, as a page, as data, and as pictures for other sites."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from network.db import db
from network.measures.figures import headline
from network.pages.impact.rows import (
    DATA_HEADER,
    DICTIONARY_HEADER,
    LICENCE,
    LICENCE_URL,
    data_about,
    data_rows,
    dictionary,
    impact_page,
)
from network.rules import network_config
from network.web.csv_export import csv_response
from network.web.guards import public
from network.web.streaming import json_response
from network.web.times import now

blueprint = Blueprint("impact", __name__)


@blueprint.get("/impact")
@public
def impact() -> str:
    """What came of it all, for everybody."""
    return render_template(
        "impact/impact.html", page=impact_page(db.session), licence=LICENCE, licence_url=LICENCE_URL
    )


@blueprint.get("/impact/data.csv")
@public
def data() -> Response:
    """The same as open data."""
    return csv_response("impact.csv", DATA_HEADER, data_rows(db.session))


@blueprint.get("/impact/data.json")
@public
def data_json() -> Response:
    """The same as JSON, with its licence and dictionary."""
    network = network_config()
    about = data_about(db.session, network.host.name, network.currency, now())
    return json_response(about, DATA_HEADER, data_rows(db.session))


@blueprint.get("/impact/dictionary.csv")
@public
def data_dictionary() -> Response:
    """What each table and code of the data means."""
    return csv_response("impact-dictionary.csv", DICTIONARY_HEADER, dictionary(network_config().currency))


@blueprint.get(
    "/impact/figures/<any('confirmed', 'introductions', 'organisations', 'volunteers'):figure>.svg"
)
@public
def figure(figure: str) -> Response:
    """One live figure as a picture that other sites may show."""
    count = getattr(headline(db.session), figure)
    picture = render_template("impact/figure.svg", figure=figure, count=count)
    response = make_response(picture)
    response.mimetype = "image/svg+xml"
    return response
