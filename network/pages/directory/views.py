"""Finding volunteers, and reading about one."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from network.accounts.limits import Limit, count_try
from network.db import committing, db, intending_to_write
from network.matching.queries import record_unmet_search
from network.pages.directory import describing, overviews, saved, shortlist, suggesting
from network.pages.directory.area import blueprint
from network.pages.directory.asked import asked_by
from network.pages.directory.cards import MOST_KEPT, keeping
from network.pages.directory.links import address_of
from network.pages.directory.profile import profile_page
from network.pages.directory.rows import Gap, search_page
from network.volunteers.queries import visible_volunteer
from network.web.actor import current_actor
from network.web.guards import public
from network.web.network_address import network_address
from network.web.times import now
from search import SearchUnavailable, Sort

__all__ = ["blueprint", "describing", "overviews", "saved", "shortlist", "suggesting"]

ORDERS = (
    (Sort.BEST, _l("Best match")),
    (Sort.SOONEST, _l("Answers soonest")),
    (Sort.RECENT, _l("Newest profiles")),
    (Sort.NAME, _l("Name")),
)


@blueprint.get("/volunteers")
@public
def volunteers() -> str | tuple[str, int]:
    """Search: words, facets, cards."""
    actor, asked, kept = current_actor(), asked_by(request.args), shortlist.kept_ids()
    try:
        found = search_page(db.session, actor, asked, now(), kept)
    except SearchUnavailable:
        return render_template("directory/unavailable.html", asked=asked), 503
    html = render_template(
        "directory/volunteers.html",
        found=found,
        asked=asked,
        orders=ORDERS,
        address_of=address_of,
        shortlist=shortlist.shortlist(db.session, actor, kept),
        most_kept=MOST_KEPT,
    )
    if found.gap:
        remember(found.gap)
    return html


@blueprint.get("/volunteers/<int:volunteer_id>")
@public
def volunteer(volunteer_id: int) -> str | Response:
    """One person, as far as the reader may see them."""
    actor = current_actor()
    row = visible_volunteer(db.session, actor, volunteer_id)
    if row.id != volunteer_id:
        return redirect(url_for("directory.volunteer", volunteer_id=row.id), 301)
    return render_template(
        "directory/volunteer.html",
        profile=profile_page(db.session, actor, row, now()),
        keep=keeping(actor, row, shortlist.kept_ids()),
    )


# So that nobody fills the record by reloading; the address itself is not kept.
_GAPS = Limit("unmet_search.address", 20, timedelta(hours=1))


def remember(gap: Gap) -> None:
    """Write the gap down, in a transaction of its own: the page itself only reads, and is shown in any case."""
    with intending_to_write(), db.new_session() as session:
        try:
            with committing(session):
                if count_try(session, _GAPS, network_address(), now()):
                    record_unmet_search(
                        session,
                        market=gap.market,
                        sector=gap.sector,
                        help_type=gap.help_type,
                        found=gap.found,
                        on=now().date(),
                    )
        except OperationalError as error:
            current_app.logger.info("unmet search not kept: %s", type(error).__name__)
