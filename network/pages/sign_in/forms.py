"""Forms for signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from network.web.forms import BaseForm

EMAIL_NEEDED = _l("Write your e-mail address.")


class SignInForm(BaseForm):
    """Address and password."""

    email = EmailField(_l("E-mail address"), validators=[DataRequired(EMAIL_NEEDED), Length(max=254)])
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Write your password."))])
    next = HiddenField()


class AddressForm(BaseForm):
    """An address that a link is mailed to."""

    email = EmailField(_l("E-mail address"), validators=[DataRequired(EMAIL_NEEDED), Length(max=254)])
    next = HiddenField()


class NewPasswordForm(BaseForm):
    """A new password, once."""

    password = PasswordField(
        _l("New password"),
        description=_l("At least 10 characters. Three or four words that only you put together are good."),
        validators=[DataRequired(_l("Choose a password."))],
    )


class ConfirmForm(BaseForm):
    """Only the button."""
