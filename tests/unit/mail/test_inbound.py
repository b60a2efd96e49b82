"""What is read out of a mail that came in, as real mail programs write them; and what leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from network.mail.inbound import LARGEST, Dropped, read_inbound
from network.mail.own_words import LONGEST, own_words, text_of_html
from network.mail.replies import read_reply_address, reply_address

OURS = "hello@midhearth.example"
QUOTED = "> _ _ _ Answer above this line _ _ _\n> Hello\n> more"


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    app = Flask("replies")
    app.config.update(
        INBOUND_ADDRESS="reply@in.network.example",
        SECRET_KEY="k" * 40,
        MAIL_DEFAULT_SENDER=f"Midhearth <{OURS}>",
    )
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


@pytest.mark.parametrize(
    "leading",
    [
        f"Op do 27 nov 2026 om 20:31 schreef Midhearth <{OURS}>:",
        f"Em qui., 27 de nov. de 2026 às 20:31, Midhearth <{OURS}>\nescreveu:",
        f"Em qui., 27 de nov. de 2026 às 20:31,\nMidhearth <{OURS}> escreveu:",
        f"czw., 27 lis 2026 o 20:31 Midhearth <{OURS}> napisał(a):",
        f"Midhearth <{OURS}>, 27 Kas 2026 Per, 20:31 tarihinde\nşunu yazdı:",
        f"في الخميس، 27 نوفمبر 2026 في 8:31 م تمت كتابة ما يلي بواسطة Midhearth <{OURS}>:",
        f"2026年11月27日(木) 20:31 Midhearth <{OURS}>:",
        f"Midhearth <{OURS}> 于2026年11月27日周四 20:31写道：",
        f"Van: Midhearth <{OURS}>\nVerzonden: donderdag\nAan: Olive\nOnderwerp: x",
        "差出人: Midhearth\n送信日時: 2026\n宛先: Olive\n件名: x",
        f"Von meinem iPhone gesendet\n\n> Am 27.11.2026 um 20:31 schrieb Midhearth <{OURS}>:",
        f"Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Midhearth <{OURS}>",
        "iPhoneから送信",
    ],
)
def test_a_reply_written_in_any_language_holds_nothing_of_our_mail(leading: str) -> None:
    words = "Two plants in Malta.\n\nBest, Olive"
    assert own_words(f"{words}\n\n{leading}\n\n{QUOTED}", (OURS, "Midhearth")) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            f"On 27/11/2026 20:31, Midhearth wrote:\n{QUOTED}\n\nTwo in Malta.\n-- \nOlive\n+44 1",
            "Two in Malta.",
        ),
        (
            f"Hello,\n\nLe 27/11/2026, <{OURS}> a écrit :\n{QUOTED}\nTwo.\n> When?\nIn May.",
            "Hello,\n\nTwo.\nIn May.",
        ),
        (
            f"Two in Malta.\nOn Thu, Midhearth <\n{OURS}> wrote:\n{QUOTED}\n\nSent from Yahoo Mail",
            "Two in Malta.",
        ),
    ],
)
def test_an_answer_below_or_between_what_is_quoted_is_read(text: str, words: str) -> None:
    assert own_words(text, (OURS, "Midhearth")) == words


def test_who_speaks_of_the_network_loses_no_words() -> None:
    for words in (
        f"I wrote to {OURS} on Monday, and nobody answered.",
        "On Monday I wrote to them.\nNobody answered.",
        "Midhearth told me: go.",
        "Two plants:\nOne: Sohar\nTwo: Salalah",
        "I bought an iPhone in Malta.",
    ):
        assert own_words(f"{words}\n\n{QUOTED}", (OURS, "Midhearth")) == words


def test_words_between_quotations_stay() -> None:
    assert own_words("> Which plants?\nTwo in Malta.\n> When?\nIn May.") == "Two in Malta.\nIn May."


def test_html_is_read_as_text_without_what_is_quoted_or_hidden() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><p>Two plants&nbsp;in <b>Malta</b>.</p><div>Best<br>Olive</div>"
        "<script>x()</script><div class='gmail_quote'>On Tuesday<blockquote>Hello</blockquote></div></body></html>"
    )
    below = f"<div>On 27 Nov, Midhearth &lt;{OURS}&gt; wrote:</div><blockquote>Hello</blockquote><p>Two.</p>"
    outlook = f"<p>Two.</p><div id='divRplyFwdMsg'><b>Van:</b> {OURS}</div><p>Hello</p>"
    for source, words in ((html, "Two plants in Malta.\n\nBest\nOlive"), (below, "Two."), (outlook, "Two.")):
        message = mail()
        message.clear_content()
        message.set_content(source, subtype="html")
        assert read_inbound(message.as_bytes()).text == words


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; x=y"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Subject": "Automatic reply: Could you help?"}, "automatic"),
        ({"Subject": "Abwesenheitsnotiz: Could you help?"}, "automatic"),
        ({"List_Id": "<x.example.org>"}, "automatic"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@example.org"}, "bounce"),
        ({"To": "hello@example.org"}, "no_address_of_ours"),
        ({"From": "a@example.org, b@example.org"}, "no_sender"),
    ],
)
def test_machines_and_strangers_lead_nowhere(headers: dict[str, str], why: str) -> None:
    assert reason(mail(**headers).as_bytes()) == why


def test_reports_are_bounces_and_nothing_is_nothing() -> None:
    report = mail().as_bytes().replace(b"text/plain", b"multipart/report")
    assert reason(report) == "bounce"
    assert reason(b"x" * (LARGEST + 1)) == "no_address_of_ours"
    nothing = read_inbound(mail("> only quoted\n").as_bytes())
    assert (nothing.text, nothing.problem) == ("", "empty")
    assert len(read_inbound(mail("word " * 5000).as_bytes()).text) <= LONGEST
    assert "\x00" not in read_inbound(mail("a\x00b \u202e").as_bytes()).text


def test_a_mail_with_a_large_file_keeps_its_words() -> None:
    message = mail()
    message.add_attachment(
        b"%PDF" + b"x" * LARGEST, maintype="application", subtype="pdf", filename="plan.pdf"
    )
    found = read_inbound(message.as_bytes())
    assert (found.text, found.has_files, found.problem) == ("Two plants in Malta.", True, None)
    assert not read_inbound(mail().as_bytes()).has_files


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
