"""The public pages: all chapters, one chapter."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from network.chapters.policy import can_view_chapter
from network.chapters.queries import find_chapter_by_slug, successor_of
from network.db import db
from network.domain.errors import NotFound
from network.pages.chapters.area import blueprint
from network.pages.chapters.rows import chapter_page, chapters_by_region, region_label
from network.web.actor import current_actor
from network.web.guards import public
from network.web.times import now


@blueprint.get("/chapters")
@public
def chapters() -> str:
    """All chapters by region; some words and a region narrow them."""
    words = " ".join(request.args.get("q", "").replace("\x00", " ").split())[:100]
    region = request.args.get("region", "")[:40]
    found, regions = chapters_by_region(db.session, current_actor(), words, region)
    known = region if region in {code for code, _label in regions} else ""
    if region and not known:
        found, regions = chapters_by_region(db.session, current_actor(), words, "")
    return render_template(
        "chapters/chapters.html",
        found=found,
        regions=regions,
        words=words,
        region=known,
        region_label=region_label(known),
        total=sum(len(one.chapters) for one in found),
    )


@blueprint.get("/chapters/<slug>")
@public
def chapter(slug: str) -> str | Response:
    """One chapter; of one that ended, the page of its successor."""
    actor = current_actor()
    found = find_chapter_by_slug(db.session, slug)
    if found is None:
        raise NotFound("no_such_chapter", "There is no such chapter.")
    if not can_view_chapter(actor, found):
        successor = successor_of(db.session, found)
        if successor is None:
            raise NotFound("no_such_chapter", "There is no such chapter.")
        return redirect(url_for("chapters.chapter", slug=successor.slug), 301)
    return render_template("chapters/chapter.html", page=chapter_page(db.session, actor, found, now()))
