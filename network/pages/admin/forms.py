"""Forms of the admin pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from network.domain.states import Role
from network.web.forms import BaseForm, VersionedForm
from network.web.labels import label, offered


class ReasonForm(VersionedForm):
    """An act that has to be explained; the operation says where a reason is missing."""

    reason = TextAreaField(_l("Reason"), validators=[Length(max=1000)])


class RoleForm(BaseForm):
    """A role to give or to take."""

    role = RadioField(
        _l("Role"), choices=offered((role.value, label(role)) for role in (Role.STAFF, Role.ADMINISTRATOR))
    )
