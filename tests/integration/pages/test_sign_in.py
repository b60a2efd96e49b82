"""Signing in as people do it: by password, by a mailed link, after forgetting."""

from __future__ import annotations

import re

import pytest

from network.accounts.passwords import hash_password
from tests.factories import make_user

PASSWORD = "corn bread lantern"


def link_in(mail) -> str:
    """The path of the first mailed link of a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", mail.text).group(1)


def person(session, **given):
    return make_user(session, password_hash=hash_password(PASSWORD), **given)


def test_a_person_with_the_right_password_lands_on_their_page(session, visitor):
    user = person(session)
    page = (
        visitor()
        .get("/sign-in")
        .submit(button="Sign in", email=user.email.upper(), password=PASSWORD, follow=False)
    )
    assert page.status == 302
    assert page.headers["Location"].endswith("/account")


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/needs/new", "/needs/new"),
        ("/volunteers?q=water&page=2", "/volunteers?q=water&page=2"),
        ("https://evil.example/", "/account"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("/\t/evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
    ],
)
def test_a_person_signing_in_is_sent_to_own_pages_only(session, visitor, target, lands):
    user = person(session)
    page = visitor().post("/sign-in", email=user.email, password=PASSWORD, next=target, follow=False)
    assert page.headers["Location"] == lands


def test_a_stranger_with_a_wrong_password_reads_the_same_for_known_and_unknown_addresses(session, visitor):
    user = person(session)
    known = visitor().get("/sign-in").submit(button="Sign in", email=user.email, password="wrong wrong wrong")
    unknown = (
        visitor()
        .get("/sign-in")
        .submit(button="Sign in", email="nobody@example.org", password="wrong wrong wrong")
    )
    assert "do not fit together" in known.text
    assert known.text == unknown.text


def test_an_attacker_over_the_limit_shuts_the_password_and_the_owner_gets_in_by_mail(
    session, visitor, work, mails
):
    user = person(session)
    attacker = visitor()
    for _ in range(10):
        attacker.post("/sign-in", email=user.email, password="guess guess guess")
    owner = visitor()
    page = owner.post("/sign-in", email=user.email, password=PASSWORD)
    assert page.status == 429
    assert "only a link by mail signs in" in page.text
    page.submit(action="/sign-in/send-link", **{"link-email": user.email})
    work()
    opened = owner.get(link_in(mails(event="sign_in_link")[-1]))
    assert opened.h1 == "Sign in"
    landed = opened.submit(button="Sign in", follow=False)
    assert landed.headers["Location"].endswith("/account")
    # The proof that it is them opens the password again.
    assert visitor().post("/sign-in", email=user.email, password=PASSWORD, follow=False).status == 302


def test_a_mail_scanner_that_opens_a_link_does_not_use_it_up(session, visitor, work, mails):
    user = person(session)
    visitor().get("/sign-in").submit(action="/sign-in/send-link", **{"link-email": user.email})
    work()
    path = link_in(mails(event="sign_in_link")[0])
    for _ in range(3):
        assert visitor().get(path).status == 200
    assert visitor().get(path).submit(button="Sign in", follow=False).status == 302
    assert visitor().get(path).status == 410


def test_a_person_who_asks_for_a_link_reads_the_same_whether_the_address_is_known(
    session, visitor, work, mails
):
    user = person(session)
    pages = [
        visitor().get("/sign-in").submit(action="/sign-in/send-link", **{"link-email": address})
        for address in (user.email, "nobody@example.org")
    ]
    assert pages[0].text.replace(user.email, "X") == pages[1].text.replace("nobody@example.org", "X")
    work()
    assert [mail.to_address for mail in mails(event="sign_in_link")] == [user.email]


def test_a_person_who_forgot_the_password_chooses_a_new_one_and_other_sessions_end(
    session, visitor, work, mails
):
    user = person(session)
    old = visitor(user)
    visitor().get("/reset-password").submit(action="/reset-password", email=user.email)
    work()
    fresh = visitor().get(link_in(mails(event="reset_password_link")[0]))
    weak = fresh.submit(button="Keep this password", password="short")
    assert "at least 10 characters" in weak.text
    done = weak.submit(button="Keep this password", password="four new words here", follow=False)
    assert done.status == 302
    session.refresh(user)
    assert user.session_epoch == 2
    assert old.get("/account", follow=False).headers["Location"].startswith("/sign-in")
    work()
    assert mails(event="password_changed")[0].to_address == user.email


def test_a_person_signing_out_is_a_visitor_again(session, visitor):
    user = person(session)
    browser = visitor(user)
    assert browser.get("/register").submit(action="/sign-out", follow=False).status == 302
    assert browser.get("/account", follow=False).status == 302


@pytest.mark.parametrize(
    "path", ["/sign-in/link/nonsense", "/reset-password/%C3%A4", "/verify/x", "/claim/x", "/join/x"]
)
def test_anybody_with_a_made_up_link_reads_that_it_is_used_up(visitor, path):
    assert visitor().get(path).status == 410
