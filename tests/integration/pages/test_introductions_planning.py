"""Finding a time to meet: with the yes or afterwards, on two clocks, in both calendars, and what becomes of it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.accounts.links import issue_link, link_url
from network.domain.clock import FixedClock
from network.domain.errors import Conflict
from network.domain.meeting_moves import MeetingState
from network.domain.states import IntroductionState
from network.introductions import operations
from network.mail.delivery import as_message
from network.models import Introduction, MailMessage, Meeting, MeetingPlan, User
from tests.support.scene import Scene, make_scene
from tests.support.visitor import Page, Visitor

_I, _M = IntroductionState, MeetingState
Browse = Callable[..., Visitor]
Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def scene(session: Session) -> Scene:
    made = make_scene(session)
    made.amina.timezone = "Asia/Dubai"
    session.get_one(User, made.amina.user_id).timezone = "Asia/Dubai"
    made.owner.timezone = "Europe/London"
    return made


@pytest.fixture
def amina(scene: Scene, session: Session) -> User:
    return session.get_one(User, scene.amina.user_id)


@pytest.fixture
def introduced(scene: Scene, session: Session, clock: FixedClock) -> Introduction:
    """A yes that exchanged details."""
    one = scene.introduce(scene.amina)
    return operations.accept_introduction(session, scene.volunteer_actor(scene.amina), one, now=clock.now())


@pytest.fixture
def agreed(scene: Scene, session: Session, introduced: Introduction, clock: FixedClock) -> MeetingPlan:
    """A meeting on Thursday at ten, London time."""
    operations.propose_times(session, scene.asker, introduced, [AT], now=clock.now())
    return operations.agree_time(session, scene.volunteer_actor(scene.amina), introduced, AT, now=clock.now())


def page_of(browser: Visitor, one: Introduction) -> Page:
    return browser.get(f"/introductions/{one.id}")


def events(mails: list[MailMessage]) -> list[tuple[str, str, int]]:
    """Method, name and number of each invitation."""
    found = []
    for mail in mails:
        calendar = Calendar.from_ical(mail.calendar)
        [event] = calendar.walk("VEVENT")
        found.append((str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])))
    return found


def test_volunteer_says_yes_from_the_mail_with_three_times_and_the_firm_chooses_one(
    scene: Scene, session: Session, visitor: Browse, amina: User, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina)
    link = issue_link(
        session, "answer", one.id, now=clock.now(), expires_at=one.expires_at, user_id=amina.id, round=1
    )
    page = visitor().get(link_url(link))
    form = page.form("/accept-with-times")
    # Three to begin with, on working days of both, by her own clock.
    assert [form.values[f"time_{number}"] for number in (1, 2, 3)] == [
        ["2026-03-04T15:00"], ["2026-03-05T15:00"], ["2026-03-06T15:00"],
    ]  # fmt: skip
    done = page.submit("/accept-with-times", time_1="2026-03-05T14:00", time_3="", minutes="45")
    assert "You are introduced" in done.text
    assert "They have the times you suggested and choose one" in done.text
    work()
    [told] = mails(event="meeting_proposed")
    assert told.to_address == scene.owner.email
    assert "Thursday 5 March, 10:00" in told.text
    assert "suggests 2 times to meet" in told.text
    # The mail to both leads to them, and asks nobody for times of their own.
    for mail in mails(event="introduction_introduced"):
        assert "Amina Rahman has suggested times to meet: Olive Owner chooses one" in mail.text
    asker = page_of(visitor(scene.owner), one)
    assert "Thursday 5 March, 10:00" in asker.text
    assert "14:00" in asker.text
    # Times are on the table: nobody is told to offer some.
    assert "offer three times" not in asker.text
    chosen = asker.submit("/choose-time")
    assert "You have a time" in chosen.html
    plan = session.scalars(select(MeetingPlan)).one()
    assert (plan.state, plan.starts_at, plan.minutes) == (_M.AGREED, AT, 45)
    work()
    invited = mails(event="meeting_agreed")
    assert {mail.to_address for mail in invited} == {scene.owner.email, amina.email}
    assert {method for method, _uid, _number in events(invited)} == {"REQUEST"}


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("accept-with-times", {"time_1": "0001-01-01T00:00"}),
        ("accept-with-times", {"time_1": "9999-12-31T23:59"}),
        ("pause", {"until": "9999-12-31"}),
        ("pause", {"until": "2027-03-05"}),
    ],
)
def test_a_day_beyond_reckoning_is_refused_where_it_was_typed(
    scene: Scene, session: Session, visitor: Browse, amina: User, clock: FixedClock, act: str, given: dict[str, str]
) -> None:  # fmt: skip
    one = scene.introduce(scene.amina)
    link = issue_link(session, "answer", one.id, now=clock.now(), expires_at=one.expires_at, user_id=amina.id)
    refused = visitor().get(link_url(link)).submit(f"/{act}", **given)
    assert (refused.status, refused.form(f"/{act}").values[next(iter(given))]) == (422, list(given.values()))
    assert one.state is _I.OFFERED


def test_times_before_the_introduction_wait_for_it_and_hold_no_details(
    scene: Scene, session: Session, visitor: Browse, amina: User, work: Work, mails: Mails
) -> None:
    one = scene.introduce(scene.amina, need=scene.another_need(consents=False))
    page_of(visitor(amina), one).submit("/accept-with-times")
    page = page_of(visitor(amina), one)
    wrong = page.submit("/suggest-times", place="Ring +971 50 555 0199")
    assert wrong.status == 422
    assert wrong.form("/suggest-times").values["place"] == ["Ring +971 50 555 0199"]
    work()
    assert mails(event="meeting_proposed") == []
    asker = page_of(visitor(scene.owner), one)
    assert not [form for form in asker.forms if form.action.endswith("/choose-time")]
    asker.submit("/share-contacts")
    work()
    assert len(mails(event="meeting_proposed")) == 1
    assert page_of(visitor(scene.owner), one).submit("/choose-time").status == 200


def test_a_meeting_moves_and_ends_in_both_calendars(
    scene: Scene,
    session: Session,
    visitor: Browse,
    amina: User,
    agreed: MeetingPlan,
    work: Work,
    mails: Mails,
) -> None:
    one = session.get_one(Introduction, agreed.introduction_id)
    work()
    moved = page_of(visitor(amina), one).submit(
        "/suggest-times", time_1="2026-03-09T15:00", time_2="", time_3="", place="https://video.example/x"
    )
    assert "Your times are on their way" in moved.html
    page_of(visitor(scene.owner), one).submit("/choose-time")
    work()
    page_of(visitor(scene.owner), one).submit("/call-off")
    work()
    sent = [mail for mail in mails() if mail.calendar and mail.to_address == amina.email]
    uid = f"{agreed.uid}@localhost"
    assert events(sent) == [("REQUEST", uid, 1), ("REQUEST", uid, 2), ("CANCEL", uid, 3)]
    raw = email.message_from_bytes(as_message(sent[-1]).as_bytes(), policy=email.policy.default)
    [part] = [part for part in raw.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "CANCEL"
    assert "STATUS:CANCELLED" in part.get_content()
    # A new one has a name of its own.
    page_of(visitor(scene.owner), one).submit("/suggest-times")
    session.refresh(agreed)
    assert (agreed.sequence, agreed.uid in uid) == (0, False)


def test_a_meeting_that_was_held_is_logged_with_one_click(
    session: Session,
    visitor: Browse,
    amina: User,
    agreed: MeetingPlan,
    clock: FixedClock,
    work: Work,
    mails: Mails,
) -> None:
    one = session.get_one(Introduction, agreed.introduction_id)
    assert not [form for form in page_of(visitor(amina), one).forms if "/log-planned" in form.action]
    assert visitor(amina).post(f"/introductions/{one.id}/log-planned", plan=agreed.version).status == 409
    clock.set(AT + timedelta(hours=2))
    work()
    assert len(mails(event="meeting_past")) == 2
    page = page_of(visitor(amina), one).submit("/log-planned")
    assert "Good that you spoke" in page.html
    assert session.scalars(select(Introduction.state)).one() is _I.MET
    assert session.scalars(select(Meeting.held_on)).one() == AT.date()


def test_one_press_in_the_mail_says_whether_they_spoke(
    scene: Scene, session: Session, visitor: Browse, agreed: MeetingPlan, clock: FixedClock, work: Work, mails: Mails
) -> None:  # fmt: skip
    work()
    clock.advance(days=4)
    work()
    asked = {mail.user_id: mail for mail in mails(event="meeting_past")}
    address = {user: re.findall(r"https?://\S+/spoke/\S+", mail.text)[0] for user, mail in asked.items()}
    mine, theirs = address[scene.amina.user_id], address[scene.owner.id]
    page = visitor().get(mine)
    assert "You wanted to meet Olive Owner on Thursday 5 March, 14:00" in page.text
    assert scene.owner.email not in page.html
    assert session.scalars(select(Meeting)).all() == []
    assert "Nobody is marked down for it" in page.submit("/answer", answer="volunteer").text
    session.refresh(agreed)
    assert (agreed.state, agreed.missed_by) == (_M.MISSED, "volunteer")
    # Answered once: neither side's link says anything else afterwards.
    for link in (mine, theirs):
        visitor().post(f"/spoke/{link.rpartition('/')[2]}/answer", answer="spoke")
        assert visitor().get(link).h1 == "Thank you for saying so"
    assert session.scalars(select(Meeting)).all() == []
    assert visitor().get("/spoke/no-such-token").status == 404


def test_a_week_after_the_introduction_one_press_logs_that_they_spoke(
    session: Session, visitor: Browse, introduced: Introduction, clock: FixedClock, work: Work, mails: Mails
) -> None:
    clock.advance(days=8)
    work()
    mail, other = mails(event="introduction_did_you_speak")
    assert {mail.subject, other.subject} == {
        "Did you speak with Olive Owner?",
        "Did you speak with Amina Rahman?",
    }
    one, two = (re.findall(r"https?://\S+/spoke/\S+", found.text)[0] for found in (mail, other))
    assert visitor().get(one).submit("/answer", button="Yes, we spoke").h1 == "Good that you spoke"
    session.refresh(introduced)
    assert introduced.state is _I.MET
    visitor().post(f"/spoke/{two.rpartition('/')[2]}/answer", answer="spoke")
    assert len(session.scalars(select(Meeting)).all()) == 1
    assert visitor().get(two).h1 == "Good that you spoke"


def test_first_page_and_list_say_whose_turn_it_is_about_a_meeting(
    scene: Scene, session: Session, visitor: Browse, amina: User, introduced: Introduction, clock: FixedClock
) -> None:
    def read(user: User) -> tuple[str, str]:
        browser = visitor(user)
        return browser.get("/account").text, browser.get("/introductions").text

    assert "Write to them" in read(scene.owner)[1]
    operations.propose_times(session, scene.asker, introduced, [AT], now=clock.now())
    first, listed = read(amina)
    assert "suggests times to meet" in first
    assert "Choose a time" in listed
    first, listed = read(scene.owner)
    assert "The other side chooses a time to meet" in first
    assert "Write to them" not in listed
    operations.agree_time(session, scene.volunteer_actor(scene.amina), introduced, AT, now=clock.now())
    for user in (amina, scene.owner):
        first, listed = read(user)
        assert "Nothing waits for you" in first
        assert "You have a time to meet" in first
        assert "Say whether you spoke" not in listed
    clock.advance(days=4)
    for user in (amina, scene.owner):
        assert ["Say whether you spoke" in words for words in read(user)] == [True, True]


def test_a_meeting_that_was_missed_is_named_kindly_and_can_be_planned_again(
    scene: Scene,
    session: Session,
    visitor: Browse,
    agreed: MeetingPlan,
    clock: FixedClock,
    work: Work,
    mails: Mails,
) -> None:
    one = session.get_one(Introduction, agreed.introduction_id)
    clock.set(AT + timedelta(hours=2))
    page = page_of(visitor(scene.owner), one).submit("/miss", missed_by="volunteer")
    assert "happens to everybody" in page.html
    work()
    texts = {mail.to_address: mail.text for mail in mails(event="meeting_missed")}
    assert "Something got in the way" in texts[scene.owner.email]
    assert page.submit("/suggest-times").status == 200


def test_nobody_is_asked_any_more_whether_they_spoke_once_staff_have_ended_the_introduction(
    scene: Scene, session: Session, visitor: Browse, agreed: MeetingPlan, clock: FixedClock, work: Work
) -> None:
    one = session.get_one(Introduction, agreed.introduction_id)
    clock.set(AT + timedelta(minutes=10))
    operations.cancel_introduction(session, scene.actor(scene.staff), one, "Moderated.", now=clock.now())
    clock.advance(hours=2)
    work()
    with pytest.raises(Conflict, match="ended"):
        operations.miss_meeting(session, scene.asker, one, "volunteer", now=clock.now())
    for path in ("/account", "/introductions", f"/introductions/{one.id}"):
        assert "whether you spoke" not in visitor(scene.owner).get(path).text


def test_a_meeting_ahead_is_no_silence(
    session: Session, introduced: Introduction, scene: Scene, clock: FixedClock, work: Work
) -> None:
    far = clock.now() + timedelta(days=25)
    operations.propose_times(session, scene.asker, introduced, [far], now=clock.now())
    operations.agree_time(session, scene.volunteer_actor(scene.amina), introduced, far, now=clock.now())
    clock.advance(days=20)
    work()
    assert introduced.state is _I.INTRODUCED
    assert introduced.next_action_at is not None
    assert introduced.next_action_at > far


def test_nobody_chooses_for_the_other_side_or_from_an_old_page(
    scene: Scene, session: Session, visitor: Browse, amina: User, introduced: Introduction, clock: FixedClock
) -> None:
    operations.propose_times(session, scene.asker, introduced, [AT], now=clock.now())
    own = visitor(scene.owner).post(
        f"/introductions/{introduced.id}/choose-time", at=AT.isoformat(), plan="1", version="1"
    )
    assert own.status == 403
    page = page_of(visitor(amina), introduced)
    operations.propose_times(session, scene.asker, introduced, [AT + timedelta(days=1)], now=clock.now())
    assert page.submit("/choose-time").status == 409
    for person in (scene.lead, scene.staff):
        for act in ("choose-time", "suggest-times", "miss", "log-planned"):
            values = {"at": AT.isoformat(), "plan": "2", "missed_by": "both", "time_1": "2026-03-09T15:00"}
            answer = visitor(person).post(
                f"/introductions/{introduced.id}/{act}", minutes="30", form="video", **values
            )
            assert answer.status == 403, act
    for wrong in ("", "x", "2026-03-05"):
        answer = visitor(amina).post(f"/introductions/{introduced.id}/choose-time", at=wrong, plan="2")
        assert answer.status in {409, 422}, wrong


def test_a_planned_meeting_ends_with_its_introduction(
    session: Session, scene: Scene, agreed: MeetingPlan, clock: FixedClock, work: Work, mails: Mails
) -> None:
    one = session.get_one(Introduction, agreed.introduction_id)
    operations.cancel_introduction(session, scene.concierge, one, "Moderated.", now=clock.now())
    work()
    session.refresh(agreed)
    assert agreed.state is _M.CANCELLED
    assert {method for method, _uid, _number in events(mails(event="meeting_called_off"))} == {"CANCEL"}
