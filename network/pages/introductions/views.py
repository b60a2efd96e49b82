"""Introductions: the list, one of them with everything that is done with it, and the answer from a mail."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.db import committing, db
from network.domain.actor import ANONYMOUS
from network.domain.clock import local_date
from network.domain.errors import Conflict, Invalid, NotFound, OverLimit
from network.introductions.operations import use_answer_link
from network.introductions.queries import Answer, find_answer, get_introduction
from network.pages.introductions import following, inbound, spoken
from network.pages.introductions.acts import ACTS, BY_LINK, IN_WORDS, fresh_forms
from network.pages.introductions.answering import answer_page, over_of
from network.pages.introductions.calls import Call
from network.pages.introductions.finding import find_better
from network.pages.introductions.forms import FOLLOW_UP_WORDS, MEETING_WORDS
from network.pages.introductions.planning import fill_times
from network.pages.introductions.reading import note_read
from network.pages.introductions.rows import DONE, MINE, OTHERS, introduction_list
from network.pages.introductions.story import IntroductionPage, introduction_page
from network.web.actor import current_actor
from network.web.forms import VersionedForm
from network.web.guards import by_token, signed_in
from network.web.paging import page_number
from network.web.times import now

blueprint = Blueprint("introductions", __name__)
inbound.add_to(blueprint)
following.add_to(blueprint)
spoken.add_to(blueprint)
View = str | Response | tuple[str, int]


@blueprint.get("/introductions")
@signed_in
def introductions() -> str:
    """What waits for the reader, what waits for others, what is done."""
    page = introduction_list(db.session, current_actor(), page_number(request.args.get("page")), now())
    return render_template(
        "introductions/introductions.html", page=page, groups={"mine": MINE, "others": OTHERS, "done": DONE}
    )


@blueprint.get("/introductions/<int:introduction_id>")
@signed_in
def introduction(introduction_id: int) -> str:
    """One introduction, as far as the reader may read it."""
    actor = current_actor()
    page = introduction_page(db.session, actor, introduction_id, now())
    answer = _shown(page)
    if page.thread.read_to is not None:
        note_read(actor, introduction_id, page.thread.read_to)
    return answer


def _page(introduction_id: int, **refused: VersionedForm) -> str:
    return _shown(introduction_page(db.session, current_actor(), introduction_id, now()), **refused)


def _shown(page: IntroductionPage, **refused: VersionedForm) -> str:
    actor = current_actor()
    words = request.args.get("find") if page.is_answerable else None
    forms = fresh_forms(page.introduction.version, **refused)
    if "log_meeting" not in refused:
        forms["log_meeting"].held_on.data = local_date(now(), actor.timezone)
    for name in ("accept_with_times", "suggest_times"):
        if name not in refused:
            fill_times(forms[name], actor.timezone, page.their_zone, now())
    return render_template(
        "introductions/introduction.html",
        page=page,
        forms=forms,
        meeting_words=MEETING_WORDS,
        follow_up_words=FOLLOW_UP_WORDS,
        finding=find_better(db.session, actor, words, page.introduction.volunteer_id),
    )


# --- acts of those who are signed in ----------------------------------------------------


def _act(introduction_id: int, name: str) -> View:
    """Do one act; a refusal of what was typed is shown where it was typed."""
    actor, act = current_actor(), ACTS[name]
    form = act.form()
    row = get_introduction(db.session, actor, introduction_id)
    status = 422
    if form.validate():
        try:
            with committing(db.session) as session:
                said = act.run(Call(session, actor, row, form, now(), form.seen))
        except (Invalid, OverLimit) as error:
            form.refuse(error)
            status = error.status
        except Conflict as error:
            return _kept(introduction_id, name, form, error)
        else:
            if said is not None:
                flash(said, "good")
                return redirect(_after(introduction_id, name, form))
            _say_held_back(form)
    db.session.expire_all()
    return _page(introduction_id, **{name.replace("-", "_"): form}), status


def _kept(introduction_id: int, name: str, form: VersionedForm, error: Conflict) -> View:
    """The page as it is now, with what was written; an act without words, or one that is over, is simply refused."""
    if name not in IN_WORDS:
        raise error
    db.session.expire_all()
    page = introduction_page(db.session, current_actor(), introduction_id, now())
    if IN_WORDS[name] not in page.actions:
        raise error
    form.refuse(error)
    form.version.data = page.introduction.version
    return _shown(page, **{name: form}), error.status


def _after(introduction_id: int, name: str, form: VersionedForm) -> str:
    if name == "follow-up" and form.data.get("answer") == "deal":
        return url_for("outcomes.new", introduction_id=introduction_id)
    return url_for("introductions.introduction", introduction_id=introduction_id)


def _say_held_back(form: VersionedForm) -> None:
    words = _(
        "This holds an address, a number or a link. Nobody else has read it: take that out and send it again. "
        "You have each other's details once you are introduced."
    )
    form.refuse(Invalid("held_back", words, "text"))


def _view_of(name: str) -> Callable[[int], View]:
    def view(introduction_id: int) -> View:
        return _act(introduction_id, name)

    view.__doc__ = f"The act “{name}” on one introduction."
    return signed_in(view)


for _name in ACTS:
    # "answer" is the page behind the mailed link; the reply to a question answers at the same kind of address.
    _endpoint = "reply" if _name == "answer" else _name.replace("-", "_")
    blueprint.post(f"/introductions/<int:introduction_id>/{_name}", endpoint=_endpoint)(_view_of(_name))


# --- the mailed link --------------------------------------------------------------------


@blueprint.get("/answer/<token>")
@by_token
def answer(token: str) -> View:
    """The letter and all answers on one page; opening it does nothing."""
    found = find_answer(db.session, token)
    if found is None:
        return render_template("introductions/answer_unknown.html"), 404
    return _answer_page(token, found)


def _answer_page(token: str, found: Answer, status: int = 200, **refused: VersionedForm) -> View:
    if not found.is_open(now()):
        over = over_of(db.session, found)
        return render_template("introductions/answer_over.html", over=over), over.status
    # Whoever holds the link has not signed in: the search finds only whom everybody may find.
    finding = find_better(db.session, ANONYMOUS, request.args.get("find"), found.volunteer.id)
    page = answer_page(db.session, found, now(), current_actor())
    forms = fresh_forms(None, **refused)
    if "accept_with_times" not in refused:
        fill_times(forms["accept_with_times"], page.zone, page.their_zone, now())
    return (
        render_template("introductions/answer.html", page=page, token=token, forms=forms, finding=finding),
        status,
    )


@blueprint.post(
    "/answer/<token>/<any('accept', 'accept-with-times', 'ask', 'decline', 'refer', 'pause'):act>"
)
@by_token
def answer_act(token: str, act: str) -> View:
    """Answer by the link; each act once, and only while the offer is out."""
    form = ACTS[act].form()
    status = 422
    if form.validate():
        try:
            with committing(db.session) as session:
                actor, row = use_answer_link(session, token, BY_LINK[act], now=now())
                said = ACTS[act].run(Call(session, actor, row, form, now(), None))
        except (Invalid, OverLimit) as error:
            form.refuse(error)
            status = error.status
        except NotFound:
            abort(404)
        else:
            if said is not None:
                return redirect(url_for("introductions.answer", token=token))
            _say_held_back(form)
    db.session.expire_all()
    found = find_answer(db.session, token)
    if found is None:
        abort(404)
    return _answer_page(token, found, status, **{act.replace("-", "_"): form})
