"""Name, address, password, sessions and mail choices."""

from __future__ import annotations

import pytest

from network.accounts.passwords import hash_password, password_matches
from network.mail.compose import unsubscribe_url
from network.models import User
from tests.factories import make_user

PASSWORD = "copper kettle meadow"


@pytest.fixture
def robin(session):
    return make_user(session, password_hash=hash_password(PASSWORD))


@pytest.mark.parametrize("url", ["/account/settings", "/account/mail", "/account/privacy", "/account/delete"])
def test_a_visitor_opens_a_page_of_the_account_and_is_sent_to_sign_in(visitor, url):
    assert "/sign-in" in visitor().get(url, follow=False).headers["Location"]


def test_a_person_changes_name_and_zone(visitor, session, robin):
    page = visitor(robin).get("/account/settings")
    page = page.submit("/account/settings", name="Robin A. Hale", timezone="Asia/Tokyo")
    assert "Saved." in page.html
    user = session.get_one(User, robin.id)
    assert (user.name, user.timezone) == ("Robin A. Hale", "Asia/Tokyo")


def test_a_person_gives_a_name_with_a_link_and_is_refused(visitor, session, robin):
    page = visitor(robin).get("/account/settings").submit(button="Save", name="Buy at www.example.com")
    assert page.status == 422
    assert "Write your name only" in page.text


def test_a_person_changes_the_address_by_a_link_to_the_new_one(visitor, session, robin, work, mails):
    page = visitor(robin).get("/account/settings")
    page = page.submit(button="Change the address", email="robin.new@example.org", password=PASSWORD)
    assert "We have written to the new address." in page.html
    work()
    assert mails(to="robin.new@example.org")
    assert session.get_one(User, robin.id).email != "robin.new@example.org"


def test_a_person_changes_the_address_with_a_wrong_password_and_is_refused(
    visitor, session, robin, work, mails
):
    page = visitor(robin).get("/account/settings")
    page = page.submit(
        button="Change the address", email="robin.new@example.org", password="guess guess guess"
    )
    assert page.status == 422
    assert "This is not your present password." in page.text
    work()
    assert not mails(to="robin.new@example.org")


def test_a_person_changes_the_password_and_goes_on_signed_in_here_only(visitor, session, robin):
    here, elsewhere = visitor(robin), visitor(robin)
    page = here.get("/account/settings").submit(
        button="Change the password", current=PASSWORD, password="seven quiet rivers"
    )
    assert "Your password is changed" in page.html
    assert password_matches(session.get_one(User, robin.id).password_hash, "seven quiet rivers")
    assert here.get("/account").status == 200
    assert "/sign-in" in elsewhere.get("/account", follow=False).headers["Location"]


def test_a_person_without_a_password_is_shown_the_way_to_one(visitor, session):
    page = visitor(make_user(session)).get("/account/settings")
    assert "Choose a password by a mailed link" in page.text


def test_a_person_signs_out_everywhere_else(visitor, robin):
    here, elsewhere = visitor(robin), visitor(robin)
    here.get("/account/settings").submit(button="Sign out everywhere else")
    assert here.get("/account").status == 200
    assert "/sign-in" in elsewhere.get("/account", follow=False).headers["Location"]


def test_a_person_turns_news_off_and_on(visitor, session, robin):
    page = visitor(robin).get("/account/mail")
    assert page.form(button="Save").values["wanted"] == ["reminder", "digest", "news"]
    page = page.submit(button="Save", wanted=["reminder"])
    assert session.get_one(User, robin.id).mail_off == "digest news"
    page.submit(button="Save", wanted=["reminder", "digest", "news"])
    assert session.get_one(User, robin.id).mail_off == ""


def _stop_path(app, user, kind="news"):
    with app.app_context():
        return "/mail/stop/" + unsubscribe_url(user.id, kind).rsplit("/", 1)[1]


def test_a_scanner_follows_the_stop_link_and_nothing_stops(visitor, session, app, robin):
    session.commit()
    page = visitor().get(_stop_path(app, robin))
    assert "no more news of the network come" in page.text
    assert session.get_one(User, robin.id).mail_off == ""


def test_a_person_presses_the_button_behind_the_stop_link_and_it_stops(visitor, session, app, robin):
    session.commit()
    page = visitor().get(_stop_path(app, robin)).submit(button="Stop these mails")
    assert page.h1 == "Stopped"
    assert session.get_one(User, robin.id).mail_off == "news"
    # The same link says so later, and undoes a slip.
    again = visitor().get(_stop_path(app, robin))
    assert again.h1 == "Stopped"
    back = again.submit(button="Undo")
    assert back.h1 == "Stop this mail"
    assert "come to you again" in back.text
    assert session.get_one(User, robin.id).mail_off == ""


def test_a_mail_program_unsubscribes_with_one_click_and_without_a_form_s_proof(visitor, session, app, robin):
    session.commit()
    answer = visitor().request(
        "post", _stop_path(app, robin, "digest"), data={"List-Unsubscribe": "One-Click"}
    )
    assert answer.status == 200
    assert session.get_one(User, robin.id).mail_off == "digest"


@pytest.mark.parametrize("token", ["nonsense", "WzEsIm5ld3MiXQ.forged", "ünïcode", "service"])
def test_a_stranger_makes_a_stop_link_up_and_nothing_happens(visitor, session, robin, token):
    assert visitor().get(f"/mail/stop/{token}").status == 404
    assert (
        visitor().request("post", f"/mail/stop/{token}", data={"List-Unsubscribe": "One-Click"}).status == 404
    )
    assert session.get_one(User, robin.id).mail_off == ""


@pytest.mark.parametrize(
    "url",
    [
        "/account/settings/change-email",
        "/account/settings/change-password",
        "/account/settings/sign-out-everywhere",
        "/account/privacy/download",
        "/account/delete",
        "/account/settings",
    ],
)
def test_another_site_posts_to_the_account_without_proof_and_is_refused(visitor, robin, url):
    assert visitor(robin).request("post", url, data={"sure": "y"}).status == 400
