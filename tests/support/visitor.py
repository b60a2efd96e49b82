"""A person with a browser without scripts: opens pages, fills forms, follows links. Faulty pages fail the test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from tests.support.html import faults_of, parse, text_of


@dataclass
class Form:
    """One form of a page, with the values it would send."""

    action: str
    method: str
    node: Element
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def buttons(self) -> list[str]:
        """The words on its buttons."""
        return [text_of(node) for node in self.node.iter("button")]


class Page:
    """One answer: status, text, forms, links."""

    def __init__(self, visitor: Visitor, url: str, response: Any) -> None:
        self.visitor, self.url, self.response = visitor, url, response
        self.status: int = response.status_code
        self.headers = response.headers
        self.is_html = response.mimetype == "text/html"
        self.html: str = response.get_data(as_text=True) if not response.is_streamed or self.is_html else ""

    @cached_property
    def tree(self) -> Element | None:
        """The page as a tree; None where the answer is no page."""
        return parse(self.html)[0] if self.is_html else None

    @property
    def text(self) -> str:
        """All words of the page's main part (of the body where it has none), blanks folded."""
        assert self.tree is not None
        main = self.tree.find(".//main")
        body = self.tree.find(".//body")
        node = main if main is not None else body
        return text_of(node) if node is not None else ""

    @property
    def h1(self) -> str:
        """The heading."""
        assert self.tree is not None
        node = self.tree.find(".//h1")
        return text_of(node) if node is not None else ""

    @property
    def links(self) -> list[tuple[str, str]]:
        """Words and address of each link."""
        assert self.tree is not None
        return [(text_of(a), a.get("href") or "") for a in self.tree.iter("a")]

    @property
    def forms(self) -> list[Form]:
        """All forms, filled as the page shows them."""
        assert self.tree is not None
        return [self._form(node) for node in self.tree.iter("form")]

    def form(self, action: str | None = None, button: str | None = None) -> Form:
        """The form whose action ends with (or contains) `action`, or that has a button with these words."""
        for form in self.forms:
            by_action = action is not None and action in form.action
            by_button = button is not None and any(button in words for words in form.buttons)
            if by_action or by_button:
                return form
        offered = [(form.action, form.buttons) for form in self.forms]
        raise AssertionError(f"no form for {action or button!r} on {self.url}; there are {offered}")

    def submit(
        self, action: str | None = None, button: str | None = None, follow: bool = True, **values: Any
    ) -> Page:
        """Fill a form and press its button; the page that answers (redirects followed)."""
        form = self.form(action, button)
        unknown = [name for name in values if name not in form.values and not _names(form.node, name)]
        assert not unknown, f"{self.url} has no field {unknown}; it has {sorted(form.values)}"
        data = dict(form.values)
        for name, value in values.items():
            data[name] = [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
        if button is not None:
            for node in form.node.iter("button"):
                if button in text_of(node) and node.get("name"):
                    data[node.get("name") or ""] = [node.get("value") or ""]
        sent: dict[str, Any] = {
            name: ones[0] if len(ones) == 1 else ones for name, ones in data.items() if ones
        }
        return self.visitor.request(form.method, form.action, data=sent, follow=follow)

    def follow(self, words: str) -> Page:
        """Follow the first link with these words."""
        for text, href in self.links:
            if words in text:
                return self.visitor.get(urljoin(self.url, href))
        raise AssertionError(f"no link {words!r} on {self.url}")

    def _form(self, node: Element) -> Form:
        form = Form(
            urljoin(self.url, node.get("action") or self.url), (node.get("method") or "get").lower(), node
        )
        for one in node.iter():
            name = one.get("name")
            if name and one.get("disabled") is None:
                values = form.values.setdefault(name, [])
                values.extend(_values_of(one))
        return form


class Visitor:
    """A person's browser; `user` is signed in from the start."""

    def __init__(self, client: FlaskClient, session: Session, user: Any = None) -> None:
        self.client, self.session = client, session
        if user is not None:
            self.become(user)

    def become(self, user: Any) -> None:
        """Sign in as the user without the sign-in page."""
        with self.client.session_transaction() as cookies:
            cookies.clear()
            cookies["_user_id"] = f"{user.id}:{user.session_epoch}"
            cookies["_fresh"] = True

    def get(self, url: str, follow: bool = True) -> Page:
        """Open an address."""
        return self.request("get", url, follow=follow)

    def post(self, url: str, follow: bool = True, **values: Any) -> Page:
        """Post by hand, with a valid token of this session but without the page's form."""
        return self.request("post", url, data={**values, "csrf_token": self.token()}, follow=follow)

    def token(self) -> str:
        """A token that this session's forms would carry."""
        self.session.commit()
        with self.client.session_transaction() as cookies:
            raw = cookies.setdefault("csrf_token", token_hex(20))
        signer = URLSafeTimedSerializer(str(self.client.application.secret_key), salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def request(self, method: str, url: str, data: Any = None, follow: bool = True) -> Page:
        """Send a request; the final page is checked for faults."""
        self.session.commit()
        path = _path(url)
        response = self.client.open(path, method=method.upper(), **_payload(method, data))
        hops = 0
        while follow and response.status_code in {301, 302, 303, 307, 308} and hops < 8:
            path = _path(urljoin(path, response.headers["Location"]))
            response = self.client.open(path, method="GET")
            hops += 1
        self.session.expire_all()
        page = Page(self, path, response)
        if page.is_html and page.status not in {301, 302, 303, 307, 308}:
            faults, tree = faults_of(page.html)
            if tree is not None:
                page.tree = tree
            assert not faults, f"{path} ({page.status}): {faults}"
        return page


def _payload(method: str, data: Any) -> dict[str, Any]:
    if data is None:
        return {}
    return {"query_string": data} if method.lower() == "get" else {"data": data}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _values_of(node: Element) -> Iterable[str]:
    if node.tag == "input":
        kind = node.get("type") or "text"
        if kind in {"submit", "button", "file", "image"}:
            return []
        if kind in {"checkbox", "radio"}:
            return [node.get("value") or "on"] if node.get("checked") is not None else []
        return [node.get("value") or ""]
    if node.tag == "textarea":
        return ["".join(node.itertext())]
    if node.tag == "select":
        options = list(node.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None]
        if not chosen and node.get("multiple") is None:
            chosen = options[:1]
        return [one.get("value") if one.get("value") is not None else text_of(one) for one in chosen]  # type: ignore[misc]
    return []


def _names(node: Element, name: str) -> bool:
    return any(one.get("name") == name for one in node.iter())
