"""Figures from outside: costs, firms of each place, targets, benchmarks; entered by an administrator."""

from __future__ import annotations

import io

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from network.db import committing, db
from network.domain.errors import DomainError, Invalid
from network.measures.inputs import InputDraft, InputReport, inputs_of, keep_input, load_inputs, remove_input
from network.pages.reports.area import blueprint
from network.pages.reports.forms import CostForm, InputsForm
from network.web.actor import current_actor
from network.web.guards import administrator
from network.web.times import now

MOST_BYTES = 8 * 1024 * 1024


@blueprint.route("/figures", methods=["GET", "POST"])
@administrator
def figures() -> str | Response:
    """What is kept, and a form for what the network cost."""
    form = CostForm()
    if form.validate_on_submit():
        draft = InputDraft(
            "cost", form.code.data, "", form.from_on.data, form.until_on.data, form.value.data, ""
        )
        try:
            with committing(db.session):
                keep_input(db.session, current_actor(), draft, now=now())
            flash(_("Kept. Reports show the cost of each confirmed outcome."))
            return redirect(url_for("reports.figures"))  # type: ignore[return-value]
        except Invalid as error:
            form.refuse(error)
    return _page(form, InputsForm(formdata=None), None)


@blueprint.post("/figures/load")
@administrator
def load_figures() -> str | Response:
    """Take a file of figures."""
    form = InputsForm()
    report: InputReport | None = None
    if form.validate_on_submit():
        try:
            with committing(db.session):
                report = load_inputs(db.session, current_actor(), _lines(form.file.data), now=now())
            if not report.refused:
                flash(_("%(taken)s figures were taken.", taken=report.taken))
                return redirect(url_for("reports.figures"))  # type: ignore[return-value]
        except DomainError as error:
            form.refuse(error)
    return _page(CostForm(formdata=None), form, report)


@blueprint.post("/figures/<int:input_id>/remove")
@administrator
def remove_figure(input_id: int) -> Response:
    """Take a figure away."""
    with committing(db.session):
        remove_input(db.session, current_actor(), input_id, now=now())
    flash(_("Taken away."))
    return redirect(url_for("reports.figures"))  # type: ignore[return-value]


def _page(cost: CostForm, file: InputsForm, report: InputReport | None) -> str:
    return render_template(
        "reports/figures.html", cost=cost, file=file, report=report, kept=inputs_of(db.session)
    )


def _lines(upload: object) -> list[str]:
    data = upload.read(MOST_BYTES + 1)  # type: ignore[attr-defined]
    if len(data) > MOST_BYTES or b"\x00" in data:
        raise Invalid("file_large", "The file is not a CSV file under 8 MB.", "file")
    try:
        return list(io.StringIO(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise Invalid("not_text", "The file is not text in UTF-8. Save it as CSV UTF-8.", "file") from None
