"""The front door, the legal pages, and the two questions of operations."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from network.db import db
from network.pages.home.health import liveness, metrics, readiness
from network.pages.home.legal import add_legal_pages
from network.pages.home.rows import home_page
from network.web.guards import public

blueprint = Blueprint("home", __name__)
add_legal_pages(blueprint)


@blueprint.get("/")
@public
def home() -> str:
    """The front door: what this is, for whom, and what it has led to."""
    return render_template("home/home.html", page=home_page(db.session))


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Alive."""
    return liveness()


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Ready, or what is not."""
    return readiness()


@blueprint.get("/metrics")
@public
def figures() -> Response:
    """Figures for Prometheus."""
    return metrics()
