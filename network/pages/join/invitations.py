"""Joining by a mailed link: an imported record to claim, a colleague's invitation, a volunteer's referral."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from network.accounts.links import find_link, is_live, use_link
from network.accounts.queries import find_user_by_email
from network.accounts.registration import register_proven
from network.db import committing, db
from network.domain.errors import DomainError
from network.domain.states import OrganisationState
from network.models import LinkToken, Organisation
from network.organisations.operations import accept_invitation, find_invitation
from network.pages.join.forms import ButtonForm, ProvenForm
from network.pages.join.rows import inviter_of
from network.volunteers.claims import claim_record, find_claim, needs_account, refuse_claim
from network.volunteers.operations import begin_registration
from network.web.actor import current_actor
from network.web.guards import by_token
from network.web.login import sign_in_as
from network.web.times import now

Answer = str | Response | tuple[str, int]


def add_invitations(blueprint: Blueprint) -> None:
    """Add the pages that are reached by mailed links to the area."""
    links = ["GET", "POST"]
    blueprint.add_url_rule("/claim/<token>", "claim", by_token(claim), methods=links)
    blueprint.add_url_rule("/claim/<token>/refuse", "refuse_claim", by_token(refuse), methods=["POST"])
    blueprint.add_url_rule("/join/<token>", "invitation", by_token(invitation), methods=links)


def link_over() -> tuple[str, int]:
    """The page for a link that is used, over or none of ours."""
    return render_template("join/link_over.html"), 410


def claim(token: str) -> Answer:
    """Claim the record that an office imported; a password is asked only where there is no account yet."""
    found = find_claim(db.session, token, now())
    if found is None:
        return link_over()
    volunteer = found[1]
    fresh = needs_account(db.session, volunteer)
    form = ProvenForm(data={"name": volunteer.name}) if fresh else ButtonForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                given = {"name": form.name.data, "password": form.password.data} if fresh else {}
                user = claim_record(session, token, now=now(), **given)
        except DomainError as error:
            form.refuse(error)
        else:
            if user is None:
                return link_over()
            sign_in_as(user)
            return redirect(url_for("join.register_volunteer"))
    return render_template("join/claim.html", form=form, volunteer=volunteer, fresh=fresh, token=token)


def refuse(token: str) -> Answer:
    """The person does not want to be here: the record goes and is never asked for again."""
    with committing(db.session) as session:
        done = refuse_claim(session, token, now())
    return render_template("join/claim_refused.html") if done else link_over()


def invitation(token: str) -> Answer:
    """A colleague's invitation to an organisation, or a volunteer's to the network."""
    invited = find_invitation(db.session, token, now())
    if invited is not None:
        return _colleague(invited, token)
    referral = find_link(db.session, "refer", token)
    if referral is not None and is_live(referral, now()):
        return _referred(referral)
    return link_over()


def _colleague(link: LinkToken, token: str) -> Answer:
    organisation = db.session.get(Organisation, link.subject_id)
    address = link.address or ""
    user = find_user_by_email(db.session, address)
    fresh = user is None or user.email_verified_at is None
    form = ProvenForm() if fresh else ButtonForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                given = {"name": form.name.data, "password": form.password.data} if fresh else {}
                joined = register_proven(
                    session, email=address, now=now(), **{"name": "", "password": "", **given}
                )
                member = accept_invitation(session, joined, token, now())
        except DomainError as error:
            form.refuse(error)
        else:
            if member is None:
                return link_over()
            sign_in_as(joined)
            return redirect(url_for("account.account"))
    named = organisation is not None and organisation.state is OrganisationState.ELIGIBLE
    name = organisation.name if named and organisation is not None else None
    return render_template("join/invitation.html", form=form, fresh=fresh, organisation_name=name)


def _referred(link: LinkToken) -> Answer:
    """Somebody whom a volunteer named reads the network's words and the inviter's name; the need after approval.

    The link was mailed to their address, which it proves. Their approval finds the invitation again.
    """
    found, address = inviter_of(db.session, link.subject_id), link.address
    if found is None or not address:
        return link_over()
    _referral, inviter = found
    user = find_user_by_email(db.session, address)
    fresh = user is None or user.email_verified_at is None
    form = ProvenForm() if fresh else ButtonForm()
    if form.validate_on_submit():
        try:
            with committing(db.session) as session:
                if not use_link(session, link, now()):
                    return link_over()
                joined = register_proven(
                    session,
                    email=address,
                    name=form.name.data if fresh else "",
                    password=form.password.data if fresh else "",
                    now=now(),
                )
                sign_in_as(joined)
                begin_registration(session, current_actor(), now=now())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("join.register_volunteer"))
    return render_template("join/referred.html", form=form, fresh=fresh, inviter=inviter)
