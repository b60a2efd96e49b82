"""The front door, the legal pages, and the two questions of operations."""

from __future__ import annotations

from flask import Blueprint, Response

from network.pages.home.health import liveness, metrics, readiness
from network.pages.home.legal import add_legal_pages
from network.web.guards import public

blueprint = Blueprint("home", __name__)
add_legal_pages(blueprint)


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
