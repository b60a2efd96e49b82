"""Doing what a form asks, in one transaction, with refusals shown where they belong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.db import committing, db
from network.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from network.web.forms import BaseForm


def saved(form: BaseForm, act: Callable[[Session], object], row: Any = None) -> bool:
    """Whether the form was sent, is well-formed, and the act was done and committed.

    A refusal stands in the form; what may not be done or is not there has its own page. Where somebody else
    changed `row` meanwhile, nothing typed is lost: sent again, it takes the place of the other's.
    """
    if not form.validate_on_submit():
        return False
    try:
        with committing(db.session) as session:
            act(session)
    except (NotAllowed, NotFound):
        raise
    except Conflict as error:
        if row is None or error.code != "stale":
            form.refuse(error)
        else:
            db.session.refresh(row)
            form.version.data = str(row.version)
            form.form_errors.append(
                _(
                    "Somebody changed this while you were writing. What you typed is still here: "
                    "look through it and save again to put it in place of theirs."
                )
            )
        return False
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def form_status() -> int:
    """The status of a page that shows a form: 422 where it was sent and refused."""
    return 422 if request.method == "POST" else 200
