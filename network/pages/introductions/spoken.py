"""Whether they spoke, by the link in the mail: opening it shows, a press answers."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from network.accounts.links import is_live
from network.db import committing, db
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from network.domain.meeting_moves import MeetingState
from network.introductions.operations import answer_spoken, asks_about, find_spoken
from network.introductions.queries import need_of, volunteer_of
from network.models import User
from network.web.forms import BaseForm
from network.web.guards import by_token
from network.web.times import now

View = str | Response | tuple[str, int]


@by_token
def spoken(token: str) -> View:
    """One button for yes, and who could not come; nothing is answered by opening it."""
    found = find_spoken(db.session, token)
    if found is None:
        return render_template("introductions/answer_unknown.html"), 404
    link, introduction, plan = found
    need, volunteer = need_of(db.session, introduction), volunteer_of(db.session, introduction)
    requester = db.session.get_one(User, need.requester_id)
    is_volunteer = volunteer.user_id is not None and link.user_id == volunteer.user_id
    return render_template(
        "introductions/spoken.html",
        token=token,
        form=BaseForm(formdata=None),
        introduction=introduction,
        plan=plan if plan is not None and plan.state is MeetingState.AGREED else None,
        other=requester.name if is_volunteer else volunteer.name,
        side="volunteer" if is_volunteer else "requester",
        zone=volunteer.timezone if is_volunteer else requester.timezone,
        is_open=is_live(link, now()) and asks_about(link, introduction, plan),
        has_met=introduction.met_at is not None,
        was_missed=plan is not None and plan.state is MeetingState.MISSED,
    )


@by_token
def spoken_answer(token: str) -> View:
    """Answer with one press, once; a second press finds what the first one said."""
    try:
        with committing(db.session) as session:
            answer_spoken(session, token, request.form.get("answer", ""), now=now())
    except NotFound:
        abort(404)
    except (Conflict, Invalid, NotAllowed):
        db.session.expire_all()
    return redirect(url_for("introductions.spoken", token=token))


def add_to(blueprint: Blueprint) -> None:
    """Give the area the page behind the link."""
    blueprint.get("/spoke/<token>")(spoken)
    blueprint.post("/spoke/<token>/answer")(spoken_answer)
