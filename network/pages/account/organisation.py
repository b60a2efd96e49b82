"""An organisation and its people: what it says about itself, colleagues, the owner."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config.reference import find_home_place
from network.db import committing, db
from network.domain.errors import NotFound
from network.introductions.operations import member_leaves_organisation
from network.models import Organisation, OrganisationMember
from network.organisations.operations import (
    approve_colleague,
    change_owner,
    edit_organisation,
    invite_colleague,
    remove_colleague,
)
from network.organisations.policy import can_edit_organisation, can_manage_members
from network.organisations.queries import get_member, visible_organisation
from network.pages.account.area import blueprint
from network.pages.account.forms import (
    EXPERIENCES,
    SIZES,
    ActionForm,
    InviteForm,
    OrganisationForm,
    OwnerForm,
)
from network.pages.account.organisation_rows import form_values, my_organisations, organisation_page
from network.web.actor import current_actor
from network.web.guards import organisation_only
from network.web.saving import form_status, saved
from network.web.times import now

Answer = str | Response | tuple[str, int]


def _own(organisation_id: int) -> Organisation:
    """The organisation, for its own people and for staff; not found for anybody else."""
    actor = current_actor()
    found = visible_organisation(db.session, actor, organisation_id)
    if not (actor.belongs_to(found.id) or actor.is_staff):
        raise NotFound("no_such_organisation", "There is no such organisation.")
    return found


def _page(found: Organisation, invite: InviteForm | None = None, owner: OwnerForm | None = None) -> Answer:
    page = organisation_page(db.session, current_actor(), found)
    heirs = [(one.user_id, one.name) for one in page.colleagues if one.approved and not one.owns]
    return (
        render_template(
            "account/organisation.html",
            organisation=found,
            page=page,
            place=_label_of(found.home_place),
            sizes=dict(SIZES),
            experiences=dict(EXPERIENCES),
            invite_form=invite or InviteForm(formdata=None),
            owner_form=owner or OwnerForm(formdata=None, colleagues=heirs),
        ),
        form_status(),
    )


def _label_of(code: str) -> str:
    place = find_home_place(code)
    return place.label if place else code


def _back(organisation_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("account.organisation", organisation_id=organisation_id))


@blueprint.get("/account/organisation", defaults={"organisation_id": None})
@blueprint.get("/account/organisation/<int:organisation_id>")
@organisation_only
def organisation(organisation_id: int | None) -> Answer:
    """One organisation and its people; without a number the first that the person belongs to."""
    if organisation_id is None:
        own = my_organisations(db.session, current_actor())
        if not own:
            return redirect(url_for("account.account"))
        organisation_id = own[0]
    return _page(_own(organisation_id))


@blueprint.route("/account/organisation/<int:organisation_id>/edit", methods=["GET", "POST"])
@organisation_only
def edit(organisation_id: int) -> Answer:
    """Change what the organisation says about itself."""
    actor, found = current_actor(), _own(organisation_id)
    if not can_edit_organisation(actor, found):
        abort(403)
    form = OrganisationForm(data=form_values(db.session, found))

    def act(session: Session) -> None:
        edit_organisation(session, actor, found.id, details=form.details, seen=form.seen, now=now())

    if saved(form, act, found):
        return _back(found.id, _("Saved."))
    return render_template("account/organisation_edit.html", form=form, organisation=found), form_status()


@blueprint.post("/account/organisation/<int:organisation_id>/invite")
@organisation_only
def invite(organisation_id: int) -> Answer:
    """A link goes to a colleague's address."""
    actor, found, form = current_actor(), _own(organisation_id), InviteForm()

    def act(session: Session) -> None:
        invite_colleague(session, actor, found.id, email=form.email.data, now=now())

    if saved(form, act):
        return _back(found.id, _("We have written to your colleague. The link holds for 14 days."))
    return _page(found, invite=form)


@blueprint.post("/account/organisation/<int:organisation_id>/approve")
@organisation_only
def approve(organisation_id: int) -> Response:
    """Let somebody in who asked."""
    ActionForm().validate_on_submit()
    member = _colleague(_own(organisation_id))
    with committing(db.session) as session:
        approve_colleague(session, current_actor(), member.id, now())
    return _back(organisation_id, _("Your colleague is in, and knows."))


@blueprint.post("/account/organisation/<int:organisation_id>/remove")
@organisation_only
def remove(organisation_id: int) -> Response:
    """A colleague goes, or leaves of themselves; what they asked for passes to the owner."""
    ActionForm().validate_on_submit()
    actor, at = current_actor(), now()
    found = _own(organisation_id)
    member = _colleague(found)
    oneself = actor.is_user(member.user_id)
    if not (oneself or can_manage_members(actor, found)):
        abort(403)
    with committing(db.session) as session:
        user_id = member.user_id
        remove_colleague(session, actor, member.id, at)
        member_leaves_organisation(session, actor, found.id, user_id, now=at)
    if oneself:
        flash(_("You have left %(name)s.", name=found.name), "good")
        return redirect(url_for("account.account"))
    return _back(organisation_id, _("They are no longer in the organisation."))


@blueprint.post("/account/organisation/<int:organisation_id>/hand-over")
@organisation_only
def hand_over(organisation_id: int) -> Answer:
    """Somebody else answers for the organisation from now on."""
    actor, found = current_actor(), _own(organisation_id)
    heirs = organisation_page(db.session, actor, found).colleagues
    form = OwnerForm(colleagues=[(one.user_id, one.name) for one in heirs])

    def act(session: Session) -> None:
        change_owner(session, actor, found.id, user_id=form.user_id.data, now=now())

    if saved(form, act):
        return _back(found.id, _("Done. They answer for the organisation now, and know."))
    return _page(found, owner=form)


def _colleague(found: Organisation) -> OrganisationMember:
    """The colleague whom the form names, if they are of this organisation; not found otherwise."""
    text = request.form.get("member_id", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    member = get_member(db.session, number)
    if member.organisation_id != found.id:
        raise NotFound("no_such_member", "There is no such colleague.")
    return member
