"""Writing a need: what the form begins with, and how what was typed is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from config.reference import find_help_type, find_market, find_sector
from network.domain.actor import Actor
from network.domain.errors import Conflict, DomainError, Invalid
from network.domain.states import NeedState
from network.introductions.operations import propose
from network.models import Need, User
from network.needs.attachments import add_attachment
from network.needs.operations import create_once, edit_need, save_draft, submit_need
from network.needs.queries import get_topics
from network.organisations.queries import find_by_number
from network.pages.needs.forms import OTHER_FIRM, NeedForm
from network.pages.needs.rows import Asker, may_ask_for_others, wishes_of
from network.web.uploads import content_of

PLAIN = [
    "goal",
    "title",
    "background",
    "ask",
    "shareable",
    "urgent",
    "consents",
    "deadline_on",
    "contact_name",
    "contact_email",
    "version",
]


def organisation_choices(
    actor: Actor, askers: Sequence[Asker], need: Need | None = None, name: str = ""
) -> list[tuple[str, Any]]:
    """Whom one may ask for; of a need that exists only the one it is for, whose name is given."""
    if need is not None:
        return [(str(need.organisation_id), name)]
    choices: list[tuple[str, Any]] = [(str(one.id), one.name) for one in askers if one.may_ask]
    if may_ask_for_others(actor):
        choices.append((OTHER_FIRM, _("A spin-out or another firm we look after")))
    return choices


def first_values(session: Session, actor: Actor, askers: Sequence[Asker]) -> dict[str, Any]:
    """An empty need: of the first organisation, with the writer as the named contact."""
    user = session.get(User, actor.user_id)
    return {
        "organisation": next((str(one.id) for one in askers if one.may_ask), ""),
        "contact_name": user.name if user else "",
        "contact_email": user.email if user else "",
        "wanted": "1",
    }


def values_of(session: Session, need: Need) -> dict[str, Any]:
    """The form's values for a need as it is."""
    topics = get_topics(session, need)
    values: dict[str, Any] = {name: getattr(need, name) for name in PLAIN}
    return values | {
        "organisation": str(need.organisation_id),
        "confidentiality": need.confidentiality.value,
        "wanted": str(need.wanted),
        "markets": topics.markets[0] if topics.markets else "",
        "second_market": topics.markets[1] if len(topics.markets) > 1 else "",
        "sectors": list(topics.sectors),
        "help_types": list(topics.help_types),
        "risk_answers": need.risk_answers.split(),
    }


def copied_values(session: Session, actor: Actor, askers: Sequence[Asker], source: Need) -> dict[str, Any]:
    """A new need out of an earlier one; its dates are over, so they are asked for again."""
    values = values_of(session, source) | {"deadline_on": None, "urgent": False, "version": None}
    if not any(one.id == source.organisation_id and one.may_ask for one in askers):
        values["organisation"] = first_values(session, actor, askers)["organisation"]
    return values


def values_in_address(args: MultiDict[str, str]) -> dict[str, Any]:
    """Whom and what an address asks for: volunteers, a market, sectors and kinds of help that exist."""
    values: dict[str, Any] = {"volunteer": " ".join(args.getlist("volunteer"))}
    if find_market(args.get("market", "")):
        values["markets"] = args["market"]
    if sectors := [code for code in args.getlist("sector")[:4] if find_sector(code)]:
        values["sectors"] = sectors
    if help_types := [code for code in args.getlist("help")[:4] if find_help_type(code)]:
        values["help_types"] = help_types
    return values


def write_new(session: Session, actor: Actor, form: NeedForm, *, now: datetime, send: bool) -> Need:
    """A draft out of the form, with the volunteers that were asked for on its list; sent where wanted.

    The same form sent twice makes one need.
    """
    need, is_new = create_once(session, actor, _organisation_id(session, form), form.content(), now=now)
    if not is_new:
        return submit_need(session, actor, need, now=now) if send and need.state is NeedState.DRAFT else need
    if wishes := wishes_of(form.volunteer.data):
        propose(session, actor, need, wishes, now=now)
    _keep_paper(session, actor, need, form, now)
    return submit_need(session, actor, need, now=now) if send else need


def write_again(
    session: Session, actor: Actor, need: Need, form: NeedForm, *, now: datetime, send: bool
) -> Need:
    """The need holds what the form says; sent where it was not yet, or where a question was answered."""
    write = save_draft if need.state is NeedState.DRAFT else edit_need
    need = write(session, actor, need, form.content(), now=now, seen=form.seen)
    session.flush()
    _keep_paper(session, actor, need, form, now)
    if send and need.state in {NeedState.DRAFT, NeedState.NEEDS_INFO}:
        return submit_need(session, actor, need, now=now)
    return need


def _keep_paper(session: Session, actor: Actor, need: Need, form: NeedForm, now: datetime) -> None:
    """The file that came along goes with the need."""
    if form.file.data is not None:
        content, name = content_of(form.file.data)
        kept = bool(form.file_confidential.data)
        add_attachment(session, actor, need, content, name, confidential=kept, now=now)


def show_refusal(form: NeedForm, error: DomainError, need: Need | None) -> int:
    """The refusal stands on the form with everything that was typed; the status to answer with.

    After somebody else's change the form goes on from their version: sending it again is a decision then.
    """
    if error.code == "stale" and need is not None:
        error = Conflict(
            "stale",
            _(
                "This was saved meanwhile, by a colleague or in another window. Below stands what you wrote here: "
                "send or save it to let it count, or open the page anew to read the other."
            ),
        )
    form.refuse(error)
    form.keep_words()
    if error.status == 409 and need is not None:
        form.version.data = need.version
    return error.status


def unsaved_words(error: DomainError) -> str:
    """Why a draft could not be kept along the way, in words that stand beside the form."""
    if error.code == "stale":
        return str(
            _(
                "Not saved: it was saved meanwhile in another window, or by a colleague. Save it here to compare."
            )
        )
    return error.message


def _organisation_id(session: Session, form: NeedForm) -> int:
    if form.organisation.data != OTHER_FIRM:
        return int(form.organisation.data)
    firm = find_by_number(session, form.firm_number.data or "")
    if firm is None:
        raise Invalid(
            "no_such_firm",
            "No firm with this number is registered here. Ask it to register first: that takes five minutes.",
            "firm_number",
        )
    return firm.id


def saved_draft(need: Need) -> dict[str, object]:
    """What the page that keeps a draft along the way goes on with."""
    return {
        "saved": True,
        "version": need.version,
        "edit": url_for("needs.edit", need_id=need.id),
        "autosave": url_for("needs.autosave", need_id=need.id),
        "preview": url_for("needs.preview", need_id=need.id),
    }
