"""Mail that keeps the reader's night, comes gathered where they like that, and never floods them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from network.domain.clock import FixedClock
from network.domain.quiet_hours import MailRhythm
from network.mail.compose import post
from network.mail.recipients import recipient_of
from network.models import MailMessage, User
from network.rules import network_config
from tests.factories import make_user
from tests.support.visitor import Visitor

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
PEOPLE = Callable[..., Visitor]
# Three in the morning in Dubai.
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def _remind(
    session: Session,
    user: User,
    clock: FixedClock,
    number: int = 1,
    kind: str = "reminder",
    before: datetime | None = None,
) -> None:
    post(
        session,
        "need_draft_ending",
        recipient_of(user),
        key=f"need:{number}:warn",
        now=clock.now(),
        kind=kind,
        before=before,
        need_id=number,
        url=f"https://network.example/needs/{number}",
        about="market insight for Oman",
        due_at=clock.now(),
        ends_at=clock.now(),
    )


def test_reminder_waits_for_the_reader_s_morning_and_other_mail_only_if_wished(
    session: Session, clock: FixedClock, mails: Mails
) -> None:
    clock.set(NIGHT)
    sleeper, wisher = make_user(session, timezone="Asia/Dubai"), make_user(session, timezone="Asia/Dubai")
    wisher.mail_quiet = True
    for user in (sleeper, wisher):
        for kind in ("reminder", "service", "security"):
            _remind(session, user, clock, number=len(mails()) + 1, kind=kind)
    hours = [(one.due_at - clock.now()).total_seconds() / 3600 for one in mails()]
    assert hours == [4, 0, 0, 4, 4, 0]


def test_reminders_of_a_day_come_as_one_mail_at_the_reader_s_hour(
    session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    user = make_user(session, timezone="Asia/Dubai", mail_rhythm=MailRhythm.DAILY)
    for number in (1, 2, 3):
        _remind(session, user, clock, number)
    _remind(session, user, clock, 4, kind="service")
    work()
    assert [one.sent_at is not None for one in mails()] == [False, False, False, True]
    clock.set(datetime(2026, 3, 3, 4, 10, tzinfo=UTC))
    work()
    digest = mails(event="mail_digest")
    assert len(digest) == 1
    assert digest[0].subject.startswith("3 things for you")
    assert "https://network.example/needs/2" in digest[0].text
    assert digest[0].unsubscribe_url
    work()
    assert len(mails(event="mail_digest")) == 1
    assert all(one.finished_at is not None for one in mails())


def test_reminder_of_what_is_over_before_the_gathered_mail_comes_goes_by_itself(
    session: Session, clock: FixedClock, mails: Mails
) -> None:
    user = make_user(session, timezone="Asia/Dubai", mail_rhythm=MailRhythm.WEEKLY)
    clock.set(datetime(2026, 3, 4, 8, 0, tzinfo=UTC))
    # The gathered mail comes on Monday 9 March.
    for number, days in enumerate((None, 3, 5, 8), 1):
        before = clock.now() + timedelta(days=days) if days else None
        _remind(session, user, clock, number=number, before=before)
    assert [one.gathered for one in mails()] == [True, False, False, True]
    assert mails()[1].due_at == clock.now()


def test_more_than_the_day_s_most_comes_gathered(
    session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    user = make_user(session)
    most = network_config().mail.most_per_person_per_day
    for number in range(most + 4):
        _remind(session, user, clock, number + 1)
    assert sum(one.gathered for one in mails()) == 4
    clock.advance(days=1)
    work()
    assert [one.subject.partition(":")[0] for one in mails(event="mail_digest")] == ["4 things for you"]


def test_what_was_turned_off_meanwhile_is_not_told(
    session: Session, clock: FixedClock, work: Work, mails: Mails
) -> None:
    user = make_user(session, mail_rhythm=MailRhythm.DAILY)
    _remind(session, user, clock)
    user.mail_off = "reminder"
    clock.advance(days=1)
    work()
    assert mails(event="mail_digest") == []
    assert mails()[0].finished_at is not None


def test_person_chooses_how_and_when_mail_comes(visitor: PEOPLE, session: Session) -> None:
    user = make_user(session)
    page = visitor(user).get("/account/mail")
    assert "never come between 21:00 and 7:00" in page.text
    page.submit("/account/mail", rhythm="weekly", quiet="y", wanted=["reminder"])
    kept = session.get_one(User, user.id)
    assert (kept.mail_rhythm, kept.mail_quiet, kept.mail_off) == (MailRhythm.WEEKLY, True, "digest news")
