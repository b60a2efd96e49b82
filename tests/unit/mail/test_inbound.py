"""What is read out of a mail that came in, as real mail programs write them; and what leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from network.mail.inbound import LARGEST, LONGEST, Dropped, own_words, read_inbound, text_of_html
from network.mail.replies import read_reply_address, reply_address


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    app = Flask("replies")
    app.config.update(INBOUND_ADDRESS="reply@in.network.example", SECRET_KEY="k" * 40)
    with app.app_context():
        yield


def mail(text: str = "Two plants in Malta.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    values = {
        "From": "Olive <olive@example.org>",
        "To": reply_address(7, 9) or "",
        "Message-ID": "<1@x>",
        **headers,
    }
    for name, value in values.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def reason(raw: bytes) -> str:
    with pytest.raises(Dropped) as dropped:
        read_inbound(raw)
    return dropped.value.reason


def test_an_address_leads_to_its_thread_and_person_only() -> None:
    address = reply_address(7, 9) or ""
    assert len(address.partition("@")[0]) <= 64
    assert read_reply_address(address.upper()) == (7, 9)
    forged = address.replace("+7-9-", "+8-9-")
    for wrong in (
        forged,
        address + "x",
        "reply@in.network.example",
        "",
        "@",
        address.replace("in.", "out."),
        "é+" * 9,
    ):
        assert read_reply_address(wrong) is None, wrong


def test_a_plain_answer_is_read() -> None:
    found = read_inbound(mail().as_bytes())
    assert (found.introduction_id, found.user_id, found.sender) == (7, 9, "olive@example.org")
    assert found.text == "Two plants in Malta."
    assert read_inbound(mail().as_bytes()).key == found.key


@pytest.mark.parametrize(
    "quoted",
    [
        "On Tue, 3 Mar 2026 at 09:00, Midhearth <hello@x.example> wrote:\n> Hello\n> more",
        "On Tue, 3 Mar 2026 at 09:00, Midhearth\n<hello@x.example> wrote:\n\n> Hello",
        "Am 03.03.26 um 09:00 schrieb Midhearth:\n> Hallo",
        "-----Original Message-----\nFrom: Midhearth\nSent: Tuesday",
        "________________________________\nFrom: Midhearth\nHello",
        "From: Midhearth <hello@x.example>\nSent: Tuesday\nTo: Olive\n\nHello",
        "_ _ _ Answer above this line _ _ _\nHello",
        "-- \nOlive Owner\n+44 121 496 0155",
        "> Hello\n> more",
    ],
)
def test_what_is_quoted_is_cut(quoted: str) -> None:
    assert (
        own_words(f"Two plants in Malta.\n\nBest, Olive\n\n{quoted}") == "Two plants in Malta.\n\nBest, Olive"
    )


def test_words_between_quotations_stay() -> None:
    assert own_words("> Which plants?\nTwo in Malta.\n> When?\nIn May.") == "Two in Malta.\nIn May."


def test_html_is_read_as_text_without_what_is_quoted_or_hidden() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><p>Two plants&nbsp;in <b>Malta</b>.</p><div>Best<br>Olive</div>"
        "<script>x()</script><div class='gmail_quote'>On Tuesday<blockquote>Hello</blockquote></div></body></html>"
    )
    assert text_of_html(html) == "Two plants in Malta.\n\nBest\nOlive"
    message = mail()
    message.clear_content()
    message.set_content(html, subtype="html")
    assert read_inbound(message.as_bytes()).text == "Two plants in Malta.\n\nBest\nOlive"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; x=y"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"List_Id": "<x.example.org>"}, "automatic"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@example.org"}, "bounce"),
        ({"To": "hello@example.org"}, "no_address_of_ours"),
        ({"From": "a@example.org, b@example.org"}, "no_sender"),
    ],
)
def test_machines_and_strangers_lead_nowhere(headers: dict[str, str], why: str) -> None:
    assert reason(mail(**headers).as_bytes()) == why


def test_reports_are_bounces_and_too_much_is_refused_and_nothing_is_nothing() -> None:
    report = mail().as_bytes().replace(b"text/plain", b"multipart/report")
    assert reason(report) == "bounce"
    assert reason(b"x" * (LARGEST + 1)) == "too_large"
    assert reason(mail("> only quoted\n").as_bytes()) == "empty"
    assert len(read_inbound(mail("word " * 5000).as_bytes()).text) <= LONGEST
    assert "\x00" not in read_inbound(mail("a\x00b \u202e").as_bytes()).text


@given(st.binary(max_size=400))
def test_whatever_comes_in_is_read_or_dropped(raw: bytes) -> None:
    to = f"To: {reply_address(7, 9)}\nFrom: a@example.org\n".encode()
    for whole in (raw, to + raw):
        try:
            read_inbound(whole)
        except Dropped:
            continue


@given(st.text(alphabet=" >wrote:OnFm_-\n<div/p&", max_size=3000))
def test_no_text_takes_long_to_cut(text: str) -> None:
    assert len(own_words(text)) <= LONGEST
    assert isinstance(text_of_html(text), str)
