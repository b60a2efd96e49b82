"""What every page has to be: valid, titled, labelled, with one h1 and tokens in its forms."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
OWN_TO_ONE_ANSWER = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
_good: set[int] = set()
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def parse(html: str) -> tuple[Element, list[str]]:
    """The tree of a page without namespaces, and what the parser complained about."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    errors = [f"{code} at line {position[0]} {values}" for position, code, values in parser.errors]
    return tree, errors


def faults_of(html: str) -> tuple[list[str], Element | None]:
    """Everything wrong with a page, in words (nothing for a good one), and its tree if it was made for that.

    A page that differs from an earlier good one in nothing but its tokens is not looked at again.
    """
    known = hash(OWN_TO_ONE_ANSWER.sub("", html))
    if known in _good:
        return [], None
    tree, faults = parse(html)
    faults += _faults_of(tree)
    if not faults:
        _good.add(known)
    return faults, tree


def _faults_of(tree: Element) -> list[str]:
    faults = []
    root = tree if tree.tag == "html" else tree.find(".//html")
    if root is None or not root.get("lang"):
        faults.append("no lang on html")
    titles = [text_of(title) for title in tree.iter("title")]
    if not titles or not titles[0]:
        faults.append("no title")
    headings = [text_of(h1) for h1 in tree.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        faults.append(f"{len(headings)} h1: {headings}")
    ids = Counter(node.get("id") for node in tree.iter() if node.get("id") is not None)
    faults += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    faults += _unlabelled(tree)
    faults += _dangling(tree, set(ids))
    faults += _without_token(tree)
    faults += [f"inline style on {node.tag}" for node in tree.iter() if node.get("style") is not None]
    faults += [f"no alt on image {node.get('src')}" for node in tree.iter("img") if node.get("alt") is None]
    return faults


def text_of(node: Element) -> str:
    """All text below a node, blanks folded."""
    return " ".join("".join(node.itertext()).split())


def _unlabelled(tree: Element) -> list[str]:
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {id(field) for label in tree.iter("label") for field in label.iter()}
    faults = []
    for field in tree.iter():
        if field.tag not in {"input", "select", "textarea"} or field.get("type") in UNLABELLED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if field.get("id") not in labelled and id(field) not in inside and not named:
            faults.append(f"no label for {field.tag} {field.get('name')}")
    return faults


def _dangling(tree: Element, ids: set[str | None]) -> list[str]:
    faults = []
    for node in tree.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for name in (node.get(attribute) or "").split():
                if name not in ids:
                    faults.append(f"{attribute} of {node.tag} names {name!r}, which is not on the page")
    return faults


def _without_token(tree: Element) -> list[str]:
    return [
        f"no token in the form to {form.get('action')}"
        for form in tree.iter("form")
        if (form.get("method") or "get").lower() == "post"
        and not any(field.get("name") == "csrf_token" for field in form.iter("input"))
    ]
