"""Every mail of needs and introductions reads well: one heading, a link, no gaps, the day in the reader's zone."""

from __future__ import annotations

import re
from collections.abc import Callable

import html5lib
from sqlalchemy.orm import Session

from network.domain.clock import FixedClock, local_date
from network.domain.states import Confidentiality, IntroductionState, OrganisationKind
from network.introductions import operations as introductions
from network.introductions.queries import shortlist_of
from network.models import MailMessage
from network.needs import operations as needs
from tests.support.scene import Scene, content

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]


def check(mail: MailMessage) -> None:
    """Nothing is missing or left over in a mail."""
    for part in (mail.subject, mail.text, mail.html):
        assert "None" not in part, (mail.event, part)
        assert not re.search(r"%\(|\{\{|\{%", part), mail.event
    assert mail.subject == mail.subject.strip() != ""
    assert "\n\n\n\n" not in mail.text, mail.event
    assert re.search(r"https?://", mail.text), mail.event
    html5lib.HTMLParser(strict=True).parse(mail.html)
    # On a phone the sheet gives up its 600 px.
    assert re.search(r"max-width: ?620px\) ?\{\s*\.sheet ?\{ ?width: ?100% ?!important", mail.html), (
        mail.event
    )


def test_mails_of_a_whole_story_are_whole(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    read: set[str] = set()

    def look() -> None:
        work()
        for mail in mails():
            # Bodies do not stay for ever.
            if mail.text:
                check(mail)
                read.add(mail.event)

    need = needs.create_draft(session, scene.asker, scene.firm.id, content(consents=False), now=clock.now())
    introductions.propose(session, scene.asker, need, [scene.amina.id, scene.badr.id], now=clock.now())
    needs.submit_need(session, scene.asker, need, now=clock.now())
    look()
    needs.begin_triage(session, scene.broker, need, now=clock.now())
    needs.ask_info(session, scene.broker, need, "Which countries?", now=clock.now())
    look()
    needs.submit_need(session, scene.asker, need, now=clock.now())
    needs.begin_triage(session, scene.broker, need, now=clock.now())
    needs.open_need(session, scene.broker, need, now=clock.now())
    look()
    clock.advance(days=12)
    look()
    [_first, second] = shortlist_of(session, need.id)
    badr = scene.volunteer_actor(scene.badr)
    introductions.ask_question(session, badr, second, "Which plants?", now=clock.now())
    look()
    introductions.answer_question(session, scene.asker, second, "Two.", now=clock.now())
    look()
    introductions.accept_introduction(session, badr, second, now=clock.now())
    look()
    introductions.share_contacts(session, scene.asker, second, now=clock.now())
    look()
    for days in (4, 5, 6):
        clock.advance(days=days)
        look()
    introductions.log_meeting(session, badr, second, held_on=local_date(clock.now(), "UTC"), now=clock.now())
    clock.advance(days=1, hours=2)
    look()
    introductions.complete_introduction(session, scene.asker, second, now=clock.now())
    introductions.thank_volunteer(session, scene.asker, second, "Thank you.", now=clock.now())
    look()
    clock.advance(days=40)
    look()
    assert len(read) >= 22


def test_volunteer_reads_neither_name_nor_place_nor_kind_of_a_confidential_asker_in_the_mail(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    scene.firm.kind, scene.firm.home_place = OrganisationKind.UNIVERSITY, "E12000005"
    for confidentiality, firm in (
        (Confidentiality.OPEN, scene.firm.name),
        (Confidentiality.CONFIDENTIAL, "A firm or university that stays unnamed for now"),
    ):
        need = scene.another_need(confidentiality=confidentiality, shareable="A maker of pumps asks.")
        introductions.propose(session, scene.broker, need, [scene.amina.id], now=clock.now())
        introductions.run_cascade(session, need, clock.now())
        work()
        mail = next(one for one in reversed(mails()) if one.event == "introduction_offered")
        assert f"{firm} is looking for help" in " ".join(mail.text.split())
    for words in (mail.text, mail.html, mail.subject):
        for secret in (scene.firm.name, "West Midlands", "A university in", need.title):
            assert secret not in words


def test_confidential_asker_is_told_to_leave_the_name_out_of_an_answer(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    for confidentiality in Confidentiality:
        need = scene.another_need(confidentiality=confidentiality, shareable="A maker of pumps asks.")
        one = scene.introduce(scene.amina, IntroductionState.OFFERED, need, offered_at=clock.now())
        introductions.ask_question(
            session, scene.volunteer_actor(scene.amina), one, "Which plants?", now=clock.now()
        )
        work()
        told = [mail for mail in mails(event="introduction_question") if mail.to_address == scene.owner.email]
        hidden = "they do not know who you are" in " ".join(told[-1].text.split())
        assert hidden is (confidentiality is Confidentiality.CONFIDENTIAL)


def test_volunteer_is_thanked_in_words_that_fit_why_no_answer_is_needed(
    scene: Scene, session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    def thanks() -> str:
        work()
        mail = mails(event="introduction_withdrawn")[-1]
        return " ".join(f"{mail.subject} {mail.text}".split())

    need = scene.another_need()
    one = scene.introduce(scene.amina, IntroductionState.OFFERED, need, offered_at=clock.now())
    introductions.withdraw_introduction(session, scene.asker, one, now=clock.now())
    taken_back = thanks()
    assert "Whoever asked has taken the request back" in taken_back
    scene.introduce(scene.badr, IntroductionState.OFFERED, need, position=1, offered_at=clock.now())
    needs.close_unmet(session, scene.broker, need, "Nobody there makes pumps.", now=clock.now())
    closed = thanks()
    assert "The request has been closed" in closed
    for words in (taken_back, closed):
        assert words.startswith("No answer needed any more, with thanks")
        assert "taken care of" not in words
