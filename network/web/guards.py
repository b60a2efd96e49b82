"""Marks that say who may open an endpoint. A test walks the URL map: an endpoint without a mark fails it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from network.domain.actor import Actor
from network.domain.states import Role
from network.web.actor import current_actor

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[..., Any]


def _guard(mark: str, allowed: Callable[[Actor], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if allowed(actor):
                return view(*args, **kwargs)
            if not actor.is_signed_in:
                return to_sign_in()
            return abort(403)

        guarded.guard = mark  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Anybody may open it."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def by_token(view: View) -> View:
    """The link's secret is what lets a person in; the view checks it."""
    view.guard = "by_token"  # type: ignore[attr-defined]
    return view


signed_in = _guard("signed_in", lambda actor: actor.is_signed_in)
volunteer_only = _guard("volunteer", lambda actor: actor.volunteer_id is not None)
organisation_only = _guard("organisation", lambda actor: bool(actor.organisation_ids) or actor.is_staff)
broker = _guard("broker", lambda actor: actor.is_broker)
staff = _guard("staff", lambda actor: actor.is_staff)
administrator = _guard("administrator", lambda actor: Role.ADMINISTRATOR in actor.roles)


def to_sign_in() -> Response:
    """Off to sign in, and back to this page afterwards (a POST comes back to the page it was on)."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.sign_in", next=target))
