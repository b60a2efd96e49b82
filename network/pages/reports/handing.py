"""Documents on the screen, for the printer, and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Response, make_response, render_template, url_for
from sqlalchemy.orm import Session

from network.db import db
from network.domain.actor import Actor
from network.domain.clock import local_date
from network.measures.letters import Document
from network.pages.reports.area import blueprint
from network.pages.reports.documents import firm_record, receipt, report_document
from network.pages.reports.letter import letter
from network.pages.reports.overviews import asked_now
from network.pages.reports.pdf import to_pdf
from network.web.actor import current_actor
from network.web.guards import organisation_only, signed_in, volunteer_only
from network.web.times import now
from network.web.world_map import draw_world


def _report(session: Session, actor: Actor, today: date) -> Document:
    return report_document(session, actor, asked_now(), today)


def _document(make: Callable[[Session, Actor, date], Document]) -> Document:
    actor = current_actor()
    return make(db.session, actor, local_date(now(), actor.timezone))


def _page(make: Callable[[Session, Actor, date], Document], pdf_href: str) -> str:
    document = _document(make)
    worlds = [draw_world(dict(section.world)) if section.world else None for section in document.sections]
    return render_template("reports/document.html", document=document, worlds=worlds, pdf_href=pdf_href)


def _pdf(make: Callable[[Session, Actor, date], Document], name: str) -> Response:
    response = make_response(to_pdf(_document(make)))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@blueprint.get("/letter")
@volunteer_only
def impact_letter() -> str:
    """The volunteer's private letter."""
    return _page(letter, url_for("reports.impact_letter_pdf"))


@blueprint.get("/letter.pdf")
@volunteer_only
def impact_letter_pdf() -> Response:
    """The letter as PDF."""
    return _pdf(letter, "letter")


@blueprint.get("/receipt")
@signed_in
def exposure_receipt() -> str:
    """Who was given the reader's details."""
    return _page(receipt, url_for("reports.exposure_receipt_pdf"))


@blueprint.get("/receipt.pdf")
@signed_in
def exposure_receipt_pdf() -> Response:
    """The receipt as PDF."""
    return _pdf(receipt, "receipt")


@blueprint.get("/record")
@organisation_only
def own_record() -> str:
    """What the network has led to for the reader's organisation."""
    return _page(firm_record, url_for("reports.own_record_pdf"))


@blueprint.get("/record.pdf")
@organisation_only
def own_record_pdf() -> Response:
    """The record as PDF."""
    return _pdf(firm_record, "record")


@blueprint.get("/document")
@signed_in
def report_page() -> str:
    """The report of a period as one document."""
    return _page(_report, asked_now().url("reports.report_pdf"))


@blueprint.get("/document.pdf")
@signed_in
def report_pdf() -> Response:
    """The report as PDF."""
    return _pdf(_report, "report")
