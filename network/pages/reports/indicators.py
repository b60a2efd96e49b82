"""The minimum set of indicators, with targets and other networks beside it."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from network.db import db
from network.measures.indicators import EXPORT_HEADER, OF_NOW, export_rows, indicators_of
from network.measures.policy import require_reader
from network.pages.reports.area import blueprint
from network.pages.reports.choices import Asked, chips_of, titles
from network.pages.reports.overviews import asked_now
from network.pages.reports.rows import facts_as_of
from network.rules import network_config
from network.web.actor import current_actor
from network.web.csv_export import csv_response
from network.web.guards import signed_in
from network.web.streaming import json_response

MONEY = frozenset({"trade_value", "investment_value"})


def definitions() -> dict[str, tuple[Any, Any]]:
    """What each indicator is called and what it counts."""
    confirmed = _("confirmed by the one who benefited in the months")
    return {
        "reach_volunteers": (
            _("Volunteers"),
            _("people who can be found today: active, approved by a chapter"),
        ),
        "reach_markets": (_("Countries reached"), _("countries these live in")),
        "needs_asked": (_("Needs asked"), _("needs sent in the months")),
        "needs_introduced": (_("Needs introduced"), _("of these, with at least one introduction so far")),
        "needs_met": (_("Needs with a meeting"), _("of these, with at least one meeting so far")),
        "trade_agreements": (
            _("Trade agreements"),
            _("export contracts, distributors and agents, %(how)s", how=confirmed),
        ),
        "trade_value": (
            _("Value of trade"),
            _("their forecast over five years, exact or by the middle of its band"),
        ),
        "new_markets": (
            _("New markets"),
            _("outcomes in a market new to the beneficiary, %(how)s", how=confirmed),
        ),
        "investment_deals": (
            _("Investment"),
            _("investments in and out and finance raised, %(how)s", how=confirmed),
        ),
        "investment_value": (_("Value of investment"), _("the same in money, over five years")),
        "research_agreements": (
            _("Research agreements"),
            _("research and licence agreements, %(how)s", how=confirmed),
        ),
        "talent_placements": (
            _("Talent"),
            _("hires, placements and jobs, as outcomes, %(how)s", how=confirmed),
        ),
        "talent_people": (_("People hired or placed"), _("the people these count, where it was said")),
        "partnerships": (_("Partnerships"), _("partnerships and memoranda, %(how)s", how=confirmed)),
        "soft_effects": (
            _("Soft effects"),
            _(
                "knowledge, contacts, standing, confidence, relationships, problems solved, decisions, %(how)s",
                how=confirmed,
            ),
        ),
    }


@blueprint.get("/indicators")
@signed_in
def indicators() -> str:
    """The set for the months, beside targets and benchmarks."""
    actor, asked = current_actor(), asked_now()
    require_reader(actor)
    found = indicators_of(db.session, actor, asked.scope)
    return render_template(
        "reports/indicators.html",
        found=found,
        definitions=definitions(),
        money=MONEY,
        of_now=OF_NOW,
        asked=asked,
        chips=chips_of(db.session, asked, "reports.indicators"),
        dimensions=titles(),
        made_at=facts_as_of(db.session),
    )


@blueprint.get("/indicators/data.csv")
@signed_in
def indicators_csv() -> Response:
    """The set in the form in which another network loads it as a benchmark."""
    return csv_response("indicators.csv", EXPORT_HEADER, _rows(asked_now()))


@blueprint.get("/indicators/data.json")
@signed_in
def indicators_json() -> Response:
    """The set as JSON."""
    asked = asked_now()
    return json_response({"version": 1, "about": asked.params}, EXPORT_HEADER, _rows(asked))


def _rows(asked: Asked) -> list[tuple[Any, ...]]:
    actor = current_actor()
    require_reader(actor)
    found = indicators_of(db.session, actor, asked.scope)
    return export_rows(found, asked.scope, asked.params.get("place", ""), network_config().name)
