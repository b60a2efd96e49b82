"""Joining: choosing, registering as a volunteer or with an organisation, verifying the address."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookies
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from network.accounts import registration
from network.db import committing, db
from network.domain.errors import DomainError
from network.domain.states import OrganisationKind
from network.models import Organisation
from network.organisations.operations import OrganisationDetails, register_organisation
from network.pages.join.forms import AccountForm, ButtonForm, OrganisationForm, PasswordForm
from network.pages.join.invitations import add_invitations
from network.pages.join.steps import add_steps
from network.volunteers.operations import begin_registration
from network.web.actor import current_actor
from network.web.guards import by_token, public
from network.web.login import sign_in_as
from network.web.network_address import network_address
from network.web.times import now
from network.web.way_on import remember_way, way_on

blueprint = Blueprint("join", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/register")
@public
def register() -> str:
    """Choose a door."""
    return render_template("join/register.html")


def register_account(joining_as: registration.JoiningAs) -> Answer:
    """Step one for a visitor: an account, whose address is verified by mail before anything else."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                taken = registration.register(
                    session,
                    email=form.email.data,
                    name=form.name.data,
                    password=form.password.data,
                    joining_as=joining_as,
                    address=network_address(),
                    timezone=form.timezone.data or "Europe/London",
                    now=now(),
                )
                cookies["registered"] = registration.password_mark(session, form.email.data)
        except DomainError as error:
            form.refuse(error)
        else:
            if taken:
                return render_template("join/check_mail.html", email=form.email.data, joining_as=joining_as)
            form.form_errors.append(_("Too many registrations from your connection. Try again in an hour."))
    return render_template("join/account.html", form=form, joining_as=joining_as)


add_steps(blueprint, register_account)
add_invitations(blueprint)


@blueprint.route("/register/organisation", endpoint="register_organisation", methods=["GET", "POST"])
@public
def register_organisation_page() -> Answer:
    """The account first, then the organisation, then on to where they were going (`next`)."""
    actor = current_actor()
    remember_way(request.args.get("next"))
    if not actor.is_signed_in:
        return register_account("organisation")
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                made = register_organisation(
                    session,
                    actor,
                    kind=OrganisationKind(form.kind.data),
                    registration_number=form.registration_number.data or "",
                    details=details_of(form),
                    job_title=form.job_title.data or "",
                    phone=form.phone.data or None,
                    now=now(),
                )
                registration.drop_draft(session, actor.user_id or 0, registration.JOINING)
        except DomainError as error:
            form.refuse(error)
        else:
            return _organisation_done(made.organisation, made.waits_for_owner)
    return render_template("join/organisation.html", form=form)


def details_of(form: OrganisationForm) -> OrganisationDetails:
    """What the form says about the organisation."""
    return OrganisationDetails(
        name=form.name.data,
        home_place=form.home_place.data,
        sectors=form.sectors.data or (),
        markets=form.markets.data or (),
        size=form.size.data or None,
        export_experience=form.export_experience.data or None,
        website=form.website.data or None,
        description=form.description.data or "",
    )


def _organisation_done(organisation: Organisation, waits: bool) -> str:
    going = way_on(take=True)
    return render_template("join/organisation_done.html", organisation=organisation, waits=waits, going=going)


@blueprint.route("/verify/<token>", methods=["GET", "POST"])
@by_token
def verify(token: str) -> Answer:
    """The button proves the address and signs in; the page alone does nothing, because mail scanners open links."""
    link = registration.find_verification(db.session, token, now())
    if link is None:
        return render_template("join/link_over.html"), 410
    elsewhere = registration.wants_password(db.session, link, str(cookies.get("registered", "")))
    form = PasswordForm() if elsewhere else ButtonForm()
    if not form.validate_on_submit():
        return render_template("join/verify.html", form=form, elsewhere=elsewhere)
    try:
        with committing(db.session) as session:
            password = form.password.data if elsewhere else None
            user = registration.verify_email(session, token, now(), password)
    except DomainError as error:
        form.refuse(error)
        return render_template("join/verify.html", form=form, elsewhere=elsewhere)
    if user is None:
        return render_template("join/link_over.html"), 410
    if current_user.is_authenticated and current_user.row.id != user.id:
        return redirect(url_for("sign_in.sign_in"))
    sign_in_as(user)
    came_for = registration.joining_as(db.session, user.id)
    if came_for == "organisation":
        return redirect(url_for("join.register_organisation"))
    if came_for != "volunteer":
        return redirect(url_for("account.account"))
    with committing(db.session) as session:
        begin_registration(session, current_actor(), now=now())
        registration.drop_draft(session, user.id, registration.JOINING)
    return redirect(url_for("join.register_volunteer", step=2))
