"""Guessing and flooding: how often, from where, and that nobody's own way in is shut by it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from network.accounts.passwords import password_matches
from network.models import User
from network.web.network_address import network_address
from tests.factories import make_user

PASSWORD, STRANGERS = "corn bread lantern", "a stranger's password"
ACCOUNT = {"name": "Amina Rahman", "email": "amina@example.org", "accepts_terms": "y"}


def owner(session) -> User:
    """Whose account it is, as it stands now."""
    return session.scalars(select(User).where(User.email == ACCOUNT["email"])).one()


def link_in(mail) -> str:
    """The path of a mail's first link."""
    return re.search(r"https?://[^/\s]+(/\S+)", mail.text).group(1)


def register(browser, password: str) -> None:
    browser.get("/register/volunteer").submit(button="Go on", **{**ACCOUNT, "password": password})


def test_a_stranger_who_registers_somebodys_address_knows_no_password_of_the_account(
    session, visitor, work, mails
):
    person, stranger = visitor(), visitor()
    register(person, PASSWORD)
    register(stranger, STRANGERS)
    work()
    page = person.get(link_in(mails(event="verify_email")[-1]))
    assert "another browser" in page.text
    page.submit(button="Yes, this is my address", password="a third one, hers")
    user = owner(session)
    assert user.email_verified_at is not None
    assert password_matches(user.password_hash, "a third one, hers")
    assert not password_matches(user.password_hash, STRANGERS)


def test_a_person_verifies_in_the_browser_that_registered_without_choosing_a_password_again(
    session, visitor, work, mails
):
    person, stranger = visitor(), visitor()
    register(stranger, STRANGERS)
    register(person, PASSWORD)
    work()
    person.get(link_in(mails(event="verify_email")[-1])).submit(button="Yes, this is my address")
    assert password_matches(owner(session).password_hash, PASSWORD)


def test_a_person_verifying_elsewhere_with_a_weak_password_is_told_and_the_link_still_works(
    session, visitor, work, mails
):
    register(visitor(), STRANGERS)
    work()
    page = visitor().get(link_in(mails(event="verify_email")[-1]))
    page = page.submit(button="Yes, this is my address", password="short")
    assert "at least 10 characters" in page.text
    assert owner(session).email_verified_at is None
    page.submit(button="Yes, this is my address", password=PASSWORD)
    assert owner(session).email_verified_at is not None


def test_a_person_who_signs_in_by_mail_before_verifying_voids_the_password_a_stranger_chose(
    session, visitor, work, mails
):
    register(visitor(), STRANGERS)
    person = visitor()
    person.get("/sign-in").submit(button="Mail me a link", **{"link-email": ACCOUNT["email"]})
    work()
    person.get(link_in(mails(event="sign_in_link")[-1])).submit(button="Sign in")
    assert owner(session).email_verified_at is not None
    assert owner(session).password_hash is None


def test_an_attacker_who_registers_a_known_address_and_guesses_leaves_the_owner_the_way_by_mail(
    session, visitor, work, mails
):
    owner = make_user(session, email=ACCOUNT["email"])
    attacker = visitor()
    for _ in range(8):
        register(attacker, STRANGERS)
    for _ in range(12):
        page = attacker.get("/sign-in").submit(button="Sign in", email=owner.email, password="guess")
    assert page.status == 429
    work()
    assert len(mails(event="known_address")) <= 3
    person = visitor()
    person.get("/sign-in").submit(button="Mail me a link", **{"link-email": owner.email})
    work()
    landed = person.get(link_in(mails(event="sign_in_link")[-1])).submit(button="Sign in")
    assert landed.url.startswith("/account")


def test_a_flood_of_pages_from_one_place_is_answered_429_with_all_headers(app: Flask, client):
    answers = [client.get("/healthz") for _ in range(1202)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answers[-1].headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "not an address"),
    ],
)
def test_an_attacker_with_a_whole_ipv6_network_counts_as_one(app: Flask, given: str, counted: str):
    with app.test_request_context(environ_base={"REMOTE_ADDR": given}):
        assert network_address() == counted
