"""Exchange rates: an administrator loads a file; nothing is fetched from anywhere."""

from __future__ import annotations

import io

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from network.db import committing, db
from network.domain.errors import DomainError, Invalid
from network.outcomes.rates import RateReport, load_rates, loaded_rates
from network.pages.outcomes.area import blueprint
from network.web.actor import current_actor
from network.web.forms import BaseForm
from network.web.guards import administrator
from network.web.times import now

MOST_BYTES = 8 * 1024 * 1024


class RatesForm(BaseForm):
    """A CSV file of rates."""

    file = FileField(_l("The file"), validators=[FileRequired(_l("Choose a file."))])


@blueprint.route("/admin/rates", methods=["GET", "POST"])
@administrator
def exchange_rates() -> str | Response:
    """The rates that are loaded, and the way to load more."""
    form = RatesForm()
    report: RateReport | None = None
    if form.validate_on_submit():
        try:
            with committing(db.session):
                report = load_rates(db.session, current_actor(), _lines(form.file.data), now=now())
            if not report.refused:
                flash(
                    _(
                        "Loaded: %(added)s new, %(changed)s changed.",
                        added=report.added,
                        changed=report.changed,
                    )
                )
                return redirect(url_for("outcomes.exchange_rates"))  # type: ignore[return-value]
        except DomainError as error:
            form.refuse(error)
    return render_template("outcomes/rates.html", form=form, report=report, rates=loaded_rates(db.session))


def _lines(upload: object) -> list[str]:
    data = upload.read(MOST_BYTES + 1)  # type: ignore[attr-defined]
    if len(data) > MOST_BYTES:
        raise Invalid("file_large", "The file is larger than 8 MB. Load it in parts.", "file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("not_text", "The file is not text in UTF-8. Save it as CSV UTF-8.", "file") from None
    if "\x00" in text:
        raise Invalid("not_text", "The file is not text in UTF-8. Save it as CSV UTF-8.", "file")
    return list(io.StringIO(text))
