"""Signing in by password or mailed link, signing out, choosing a new password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from network.accounts import signing_in
from network.accounts.signing_in import Refusal
from network.db import committing, db
from network.domain.errors import DomainError
from network.pages.sign_in.forms import AddressForm, ConfirmForm, NewPasswordForm, SignInForm
from network.web.actor import current_actor
from network.web.guards import by_token, public, signed_in
from network.web.login import end_session, sign_in_as
from network.web.network_address import network_address
from network.web.own_path import own_path
from network.web.times import now
from network.web.way_on import remember_way, way_on

blueprint = Blueprint("sign_in", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """By password; the page offers the mailed link beside it."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = own_path(request.args.get("next"))
        remember_way(form.next.data)
        if current_actor().is_signed_in:
            return redirect(form.next.data or url_for("account.account"))
    refusal = None
    if form.validate_on_submit():
        with committing(db.session) as session:
            tried = signing_in.sign_in(
                session,
                email=form.email.data,
                password=form.password.data,
                address=network_address(),
                now=now(),
            )
        if tried.user is not None:
            sign_in_as(tried.user)
            going = way_on(take=True)
            return redirect(own_path(form.next.data) or going or url_for("account.account"))
        refusal = tried.refusal
    return _page(form, refusal)


def _page(form: SignInForm, refusal: Refusal | None) -> Answer:
    if refusal is Refusal.WRONG:
        form.form_errors.append(
            _("Address and password do not fit together. Try again, or use a link by mail.")
        )
    link_form = AddressForm(
        formdata=None, email=form.email.data, next=own_path(form.next.data), prefix="link"
    )
    page = render_template("sign_in/sign_in.html", form=form, link_form=link_form, refusal=refusal)
    blocked = refusal in {Refusal.LINK_ONLY, Refusal.TOO_MANY}
    return (page, 429) if blocked else page


@blueprint.post("/sign-in/send-link")
@public
def send_link() -> Answer:
    """A sign-in link goes to the address, if it has an account; the answer is the same if not."""
    form = AddressForm(prefix="link")
    if not form.validate_on_submit():
        return render_template("sign_in/ask_link.html", form=form)
    with committing(db.session) as session:
        signing_in.ask_for_link(session, email=form.email.data, address=network_address(), now=now())
    return render_template("sign_in/link_sent.html", email=form.email.data, purpose="sign_in")


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@by_token
def link(token: str) -> Answer:
    """Sign in by the mailed link: the button acts, because mail scanners open links."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with committing(db.session) as session:
            user = signing_in.sign_in_by_link(session, token, now())
        if user is not None:
            sign_in_as(user)
            return redirect(way_on(take=True) or url_for("account.account"))
        return _link_over()
    if signing_in.find_sign_in_link(db.session, token, now()) is None:
        return _link_over()
    return render_template("sign_in/link.html", form=form)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """This session is over."""
    end_session()
    flash(_("You are signed out."))
    return redirect("/")


@blueprint.route("/reset-password", methods=["GET", "POST"])
@public
def reset_password() -> Answer:
    """A link for a new password goes to the address, if it has an account; the answer is the same if not."""
    form = AddressForm()
    if form.validate_on_submit():
        with committing(db.session) as session:
            signing_in.ask_for_reset(session, email=form.email.data, address=network_address(), now=now())
        return render_template("sign_in/link_sent.html", email=form.email.data, purpose="reset_password")
    return render_template("sign_in/reset_password.html", form=form)


@blueprint.route("/reset-password/<token>", methods=["GET", "POST"])
@by_token
def new_password(token: str) -> Answer:
    """Choose the new password; every other session is over then."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                user = signing_in.set_new_password(session, token, form.password.data, now())
        except DomainError as error:
            form.refuse(error)
        else:
            if user is None:
                return _link_over()
            sign_in_as(user)
            flash(_("Your new password holds. You were signed out everywhere else."))
            return redirect(url_for("account.account"))
    elif signing_in.find_reset_link(db.session, token, now()) is None:
        return _link_over()
    return render_template("sign_in/new_password.html", form=form)


def _link_over() -> tuple[str, int]:
    return render_template("sign_in/link_over.html"), 410
