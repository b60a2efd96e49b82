"""Name, zone, address, password, sessions, mail choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from network.accounts.bounces import write_again as address_works
from network.accounts.operations import edit_account, set_mail_choices
from network.accounts.registration import change_email as ask_for_new_address
from network.accounts.signing_in import change_password as set_password
from network.accounts.signing_in import sign_out_everywhere as end_all_sessions
from network.db import committing, db
from network.domain.quiet_hours import MailRhythm
from network.mail.recipients import OPTIONAL_KINDS
from network.pages.account.area import blueprint
from network.pages.account.forms import AccountForm, ActionForm, EmailForm, MailForm, PasswordForm
from network.web.actor import current_actor
from network.web.guards import signed_in
from network.web.login import sign_in_as
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


def _forms(**sent: Any) -> dict[str, Any]:
    """The three forms of the page: the one that was sent, the others as they are on a new page."""
    person = current_user.row
    made: dict[str, Callable[[], Any]] = {
        "account_form": lambda: AccountForm(
            formdata=None, data={"name": person.name, "timezone": person.timezone}, zone=person.timezone
        ),
        "email_form": lambda: EmailForm(formdata=None),
        "password_form": lambda: PasswordForm(formdata=None),
    }
    return {name: sent.get(name) or make() for name, make in made.items()}


def _page(**sent: Any) -> Answer:
    return render_template("account/settings.html", person=current_user.row, **_forms(**sent)), form_status()


def _back(words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("account.settings"))


@blueprint.route("/account/settings", methods=["GET", "POST"])
@signed_in
def settings() -> Answer:
    """Name and zone; the forms for address and password post to their own acts."""
    if request.method == "GET":
        return _page()
    actor = current_actor()
    form = AccountForm(zone=current_user.row.timezone)

    def act(session: Session) -> None:
        edit_account(session, actor, name=form.name.data, timezone=form.timezone.data, now=now())

    return _back(_("Saved.")) if saved(form, act) else _page(account_form=form)


@blueprint.post("/account/settings/change-email")
@signed_in
def change_email() -> Answer:
    """A link goes to the new address; the account changes when it is opened."""
    actor, form = current_actor(), EmailForm()

    def act(session: Session) -> None:
        ask_for_new_address(session, actor, email=form.email.data, password=form.password.data, now=now())

    if not saved(form, act):
        return _page(email_form=form)
    return _back(
        _("We have written to the new address. Open the link there within three days, and it is yours here.")
    )


@blueprint.post("/account/settings/change-password")
@signed_in
def change_password() -> Answer:
    """Every other session is over; this one goes on."""
    actor, form = current_actor(), PasswordForm()

    def act(session: Session) -> None:
        set_password(session, actor, current=form.current.data, password=form.password.data, now=now())

    if not saved(form, act):
        return _page(password_form=form)
    sign_in_as(current_user.row)
    return _back(_("Your password is changed, and you are signed out everywhere else."))


@blueprint.post("/account/settings/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Response:
    """Every other session of this person is over."""
    ActionForm().validate_on_submit()
    with committing(db.session) as session:
        user = end_all_sessions(session, current_actor(), now())
    sign_in_as(user)
    return _back(_("You are signed out everywhere else."))


@blueprint.route("/account/mail", methods=["GET", "POST"])
@signed_in
def mail() -> Answer:
    """Which of the optional mails the person wants."""
    person = current_user.row
    off = person.mail_off.split()
    form = MailForm(
        data={
            "wanted": [kind for kind in OPTIONAL_KINDS if kind not in off],
            "rhythm": person.mail_rhythm.value,
            "quiet": person.mail_quiet,
        }
    )

    def act(session: Session) -> None:
        set_mail_choices(
            session,
            current_actor(),
            wanted=form.wanted.data,
            rhythm=MailRhythm(form.rhythm.data),
            quiet=bool(form.quiet.data),
            now=now(),
        )

    if saved(form, act):
        flash(_("Saved. This holds from the next mail on."), "good")
        return redirect(url_for("account.mail"))
    return render_template("account/mail.html", form=form, person=person), form_status()


@blueprint.post("/account/mail/write-again")
@signed_in
def write_again() -> Response:
    """The address works: mail goes there as before."""
    ActionForm().validate_on_submit()
    actor = current_actor()
    with committing(db.session) as session:
        address_works(session, actor, actor.user_id or 0, now=now())
    flash(_("Good. We write to you again."), "good")
    return redirect(url_for("account.mail"))
