"""The answer to a follow-up by the link in the mail: opening it shows, a press answers."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from network.accounts.links import is_live
from network.db import committing, db
from network.domain.errors import Conflict, Invalid, NotFound
from network.introductions.operations import FEEDBACK, answer_by_link, find_asked
from network.introductions.queries import need_of, volunteer_of
from network.models import User
from network.pages.introductions.forms import FEEDBACK_WORDS, FOLLOW_UP_WORDS
from network.web.forms import BaseForm
from network.web.guards import by_token
from network.web.times import now

View = str | Response | tuple[str, int]


@by_token
def asked(token: str) -> View:
    """The answers to choose from, the one of the mail first; nothing is answered by opening it."""
    found = find_asked(db.session, token)
    if found is None:
        return render_template("introductions/answer_unknown.html"), 404
    link, question, introduction = found
    need, volunteer = need_of(db.session, introduction), volunteer_of(db.session, introduction)
    requester = db.session.get_one(User, need.requester_id)
    is_feedback = question.days == FEEDBACK
    words = FEEDBACK_WORDS if is_feedback else FOLLOW_UP_WORDS
    chosen = request.args.get("answer", "")
    return render_template(
        "introductions/asked.html",
        token=token,
        form=BaseForm(formdata=None),
        asked=question,
        introduction=introduction,
        other=requester.name if question.side == "volunteer" else volunteer.name,
        is_feedback=is_feedback,
        words=words,
        chosen=chosen if chosen in words else None,
        is_open=is_live(link, now()),
    )


@by_token
def asked_answer(token: str) -> View:
    """Answer with one press, once; a second press finds the thanks for the first."""
    try:
        with committing(db.session) as session:
            answer_by_link(session, token, request.form.get("answer", ""), now=now())
    except NotFound:
        abort(404)
    except (Conflict, Invalid):
        db.session.expire_all()
    return redirect(url_for("introductions.asked", token=token))


def add_to(blueprint: Blueprint) -> None:
    """Give the area the page behind the link."""
    blueprint.get("/follow-up/<token>")(asked)
    blueprint.post("/follow-up/<token>/answer")(asked_answer)
