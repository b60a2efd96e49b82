"""Every live thing says on its page who is next and by when, in each state and turn and to each reader."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from network.domain import introduction_moves, need_moves, outcome_moves
from network.domain.clock import FixedClock
from network.domain.meeting_moves import MeetingState
from network.domain.states import IntroductionState, NeedState, OrganisationState, OutcomeStatus
from network.models import Introduction, MeetingPlan, Need
from network.outbox.queue import enqueue
from network.pages.introductions.story import introduction_page
from network.pages.needs.story import need_page
from network.pages.outcomes.coming import next_of as next_of_outcome
from network.pages.outcomes.rows import outcome_page
from network.pages.queue.coming import next_for_broker, next_for_reviewer
from network.pages.queue.risk_rows import risk_page
from network.pages.queue.story import broker_page
from tests.factories import make_outcome, make_risk_review, make_staff, make_volunteer
from tests.factories.people import NOW
from tests.support.scene import Scene, make_scene

_I, _M, _N, _O = IntroductionState, MeetingState, NeedState, OutcomeStatus
WHO = re.compile(
    r"\b(you|we|whoever|either side|network staff|gulf chapter|amina rahman|olive owner|col league|sam staff)\b",
    re.I,
)


@pytest.fixture
def scene(session: Session) -> Scene:
    made = make_scene(session)
    made.chapter.name, made.staff.name = "Gulf chapter", "Sam Staff"
    session.flush()
    return made


def fault(found: Any, now: datetime) -> str | None:
    """What is missing in the line, or None."""
    if found is None:
        return "nothing is said"
    if not found.mine and not WHO.search(found.text):
        return f"nobody is named: {found.text}"
    if found.by is None:
        return f"no day: {found.text}"
    return None if found.by >= now else f"the day is past: {found.text}"


def readers(scene: Scene) -> dict[str, Any]:
    return {
        "volunteer": scene.volunteer_actor(scene.amina),
        "requester": scene.actor(scene.colleague),
        "owner": scene.asker,
        "lead": scene.broker,
        "staff": scene.concierge,
    }


def fresh(session: Session, scene: Scene, state: IntroductionState, **given: Any) -> Introduction:
    # A member asks, so that the owner of the firm reads what waits for them.
    need = scene.another_need(requester_id=scene.colleague.id, **given.pop("need", {}))
    return scene.introduce(scene.amina, state, need, state_since=NOW, **given)


def broker_line(page: Any, actor: Any) -> Any:
    return next_for_broker(page, actor, NOW.date())


# What holds an offer up, or is asked on top of the state.
SITUATIONS: dict[str, dict[str, Any]] = {
    "open": {},
    "read again": {"need": {"state": _N.IN_TRIAGE}},
    "asked back": {"need": {"state": _N.NEEDS_INFO}},
    "late": {"expires_at": NOW - timedelta(hours=1)},
}


def test_every_reader_of_a_live_introduction_reads_who_is_next_and_by_when(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    faults = []
    states = [(state, turn) for state in sorted(introduction_moves.LIVE) for turn in _turns(state)]
    for (state, turn), (situation, given) in product(states, SITUATIONS.items()):
        if situation == "late" and state not in introduction_moves.OFFERS:
            continue
        one = fresh(session, scene, state, turn=turn, **dict(given))
        for name, actor in readers(scene).items():
            if state is _I.PROPOSED and name == "volunteer":
                continue
            wrong = fault(introduction_page(session, actor, one.id, clock.now()).next, clock.now())
            faults += [(state.value, turn, situation, name, wrong)] if wrong else []
    assert faults == []


def _turns(state: IntroductionState) -> tuple[str | None, ...]:
    return ("volunteer", "requester") if state is _I.EXPLORING else (None,)


def test_every_reader_of_a_meeting_reads_who_is_next_and_by_when(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    faults = []
    later = clock.now() + timedelta(days=2)
    plans: dict[str, dict[str, Any]] = {
        "their times": {"state": _M.PROPOSED, "side": "volunteer", "slots": [later.isoformat()]},
        "own times": {"state": _M.PROPOSED, "side": "requester", "slots": [later.isoformat()]},
        "times gone by": {"state": _M.PROPOSED, "side": "volunteer", "slots": [NOW.isoformat()]},
        "agreed": {"state": _M.AGREED, "starts_at": later},
        "gone by": {"state": _M.AGREED, "starts_at": clock.now() - timedelta(days=1)},
        **{state.value: {"state": state} for state in (_M.HELD, _M.MISSED, _M.CANCELLED)},
    }
    shared = sorted(introduction_moves.CONTACTS_SHARED - {_I.COMPLETED} | {_I.ACCEPTED})
    for state, (words, given) in product(shared, plans.items()):
        one = fresh(session, scene, state)
        values = {"side": "volunteer", "slots": [], "minutes": 30, "form": "video", "place": "", **given}
        session.add(
            MeetingPlan(
                introduction_id=one.id,
                uid=f"{state}{words}",
                sequence=1,
                created_at=NOW,
                updated_at=NOW,
                **values,
            )
        )
        session.flush()
        # What is over and has no date of its own may end; a meeting ahead of it never does.
        ended = state not in introduction_moves.LIVE and words not in {"their times", "own times", "agreed"}
        for name, actor in readers(scene).items():
            found = introduction_page(session, actor, one.id, clock.now()).next
            wrong = None if ended else fault(found, clock.now())
            if words == "agreed" and state is not _I.ACCEPTED and "Wednesday 4 March" not in found.text:
                wrong = f"the meeting is not named: {found.text}"
            faults += [(state.value, words, name, wrong)] if wrong else []
    assert faults == []


def test_asker_and_broker_of_a_live_need_read_who_is_next_and_by_when(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    faults = []
    needs: dict[str, dict[str, Any]] = {
        **{state.value: {"state": state} for state in sorted(need_moves.LIVE)},
        "exhausted": {"exhausted_at": NOW},
        "asked whether done": {"asked_if_done_at": NOW, "next_action_by": "requester"},
        "over time": {"next_action_by": "staff"},
        "with nobody": {"owner": None, "state": _N.SUBMITTED, "next_action_by": "staff"},
    }
    people = [(state, turn) for state in _I for turn in _turns(state)]
    for place, (words, given) in enumerate([*needs.items(), *((f"{s} {t}", {}) for s, t in people)]):
        need = scene.another_need(**{"state_since": NOW, **given})
        if place >= len(needs):
            state, turn = people[place - len(needs)]
            scene.introduce(scene.amina, state, need, turn=turn, state_since=NOW)
        faults += _faults_of_need(scene, session, need, words, clock.now())
    scene.firm.state = OrganisationState.SUSPENDED
    session.flush()
    faults += _faults_of_need(scene, session, scene.need, "suspended", clock.now())
    assert faults == []


def _faults_of_need(scene: Scene, session: Session, need: Need, words: str, now: datetime) -> list[Any]:
    found = {
        "requester": need_page(session, scene.asker, need, now).next,
        "colleague": need_page(session, scene.actor(scene.colleague), need, now).next,
        "staff": broker_line(broker_page(session, scene.concierge, need.id, "", now), scene.concierge)
        if need.state is not _N.DRAFT
        else None,
    }
    if need.owner_chapter_id and need.state is not _N.DRAFT:
        found["lead"] = broker_line(broker_page(session, scene.broker, need.id, "", now), scene.broker)
    return [
        (words, name, wrong)
        for name, one in found.items()
        if (one is not None or need.state is not _N.DRAFT) and (wrong := fault(one, now))
    ]


def test_asker_reads_until_when_somebody_has_time_and_who_is_next(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    scene.introduce(scene.amina, _I.OFFERED)
    scene.introduce(scene.badr, _I.PROPOSED, position=1)
    page = need_page(session, scene.asker, scene.need, clock.now())
    assert page.next is not None
    assert re.fullmatch(r"Amina Rahman has until \w+ \d+ March; then we ask Badr Aziz\.", page.next.text)
    read = broker_line(broker_page(session, scene.broker, scene.need.id, "", clock.now()), scene.broker)
    assert re.fullmatch(r"Amina Rahman has until \w+ \d+ March; then Badr Aziz is asked\.", read.text)
    assert page.at_a_time == "We ask one person at a time."
    scene.need.state = _N.IN_TRIAGE
    changed = need_page(session, scene.asker, scene.need, clock.now()).next
    assert changed is not None
    assert changed.text.endswith("Whoever is being asked waits for that and loses no time.")


def test_asker_of_an_urgent_need_reads_everybody_who_is_asked_and_passes_over_who_is_away(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    need = scene.another_need(urgent=True, wanted=2)
    more = [make_volunteer(session, chapter=scene.chapter, name=name) for name in ("Away Now", "Here Next")]
    more[0].paused_until = clock.now().date() + timedelta(days=90)
    later = NOW + timedelta(days=5)
    scene.introduce(scene.amina, _I.OFFERED, need, expires_at=later)
    scene.introduce(scene.badr, _I.OFFERED, need, expires_at=later, position=1)
    one = scene.introduce(more[0], _I.PROPOSED, need, position=2)
    other = scene.introduce(more[1], _I.PROPOSED, need, position=3)

    def read() -> Any:
        return need_page(session, scene.asker, need, clock.now())

    page = read()
    assert re.fullmatch(
        r"Amina Rahman and Badr Aziz have until (\w+ \d+ March)\. "
        r"Should one of them not help, we ask Here Next\.",
        page.next.text,
    )
    assert page.at_a_time == (
        "We ask up to three people at a time: you would like to meet several, and it is urgent."
    )
    one.state = other.state = _I.EXPIRED
    scene.introduce(more[1], _I.OFFERED, need, expires_at=later + timedelta(days=1), position=4)
    session.flush()
    assert re.fullmatch(
        r"Amina Rahman and Badr Aziz have until \w+ \d+ March and Here Next has until \w+ \d+ March\. "
        r"Should none of them help, the Gulf chapter will look for somebody else\.",
        read().next.text,
    )


def test_asker_of_an_urgent_need_reads_in_the_mail_that_a_few_are_asked_at_a_time(
    scene: Scene, session: Session, clock: FixedClock, work: Any, mails: Any
) -> None:
    for urgent, words in ((False, "one person at a time"), (True, "only a few people at a time")):
        need = scene.another_need(urgent=urgent, state=_N.OPEN)
        payload = {"need_id": need.id, "at": NOW.isoformat()}
        enqueue(session, "need.opened", now=NOW, **payload)
        work()
        assert any(words in mail.text for mail in mails(to=scene.owner.email) if mail.event == "need_opened")


def test_reviewer_and_broker_of_a_look_at_risks_read_who_decides_and_by_when(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    other = make_staff(session, name="Ola Other")
    faults = []
    for state, reviewer in product((_N.SUBMITTED, _N.IN_TRIAGE, _N.NEEDS_INFO), (scene.staff, None)):
        need = scene.another_need(state=state, state_since=NOW)
        review = make_risk_review(session, need, reviewer)
        lines = {
            "reviewer": next_for_reviewer(risk_page(session, scene.concierge, review.id), scene.concierge),
            "another": next_for_reviewer(
                risk_page(session, scene.actor(other), review.id), scene.actor(other)
            ),
            "broker": broker_line(broker_page(session, scene.broker, need.id, "", clock.now()), scene.broker),
            "requester": need_page(session, scene.asker, need, clock.now()).next,
        }
        faults += [(state, name, wrong) for name, one in lines.items() if (wrong := fault(one, clock.now()))]
        if reviewer is not None and state is not _N.NEEDS_INFO:
            assert lines["another"] is not None
            assert not lines["another"].mine
            assert scene.staff.name in lines["another"].text
    assert faults == []


def test_every_reader_of_an_outcome_that_waits_reads_who_is_next_and_by_when(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED)
    faults = []
    waiting = sorted(outcome_moves.LIVE - {_O.CONFIRMED})
    cases: list[tuple[OutcomeStatus, dict[str, Any]]] = [
        *((status, {}) for status in waiting),
        (_O.AWAITING_CONFIRMATION, {"declared_at": NOW}),
        (_O.CONFIRMED, {}),
        (_O.CONFIRMED, {"happened_on": NOW.date() - timedelta(days=500)}),
        (
            _O.CONFIRMED,
            {
                "happened_on": NOW.date() - timedelta(days=800),
                "next_action_at": None,
                "checked_months": 12,
            },
        ),
    ]
    for status, given in cases:
        made = make_outcome(session, one, scene.need, status=status, reporter_id=scene.colleague.id, **given)
        for name, actor in readers(scene).items():
            if status is _O.DRAFT and name not in {"requester", "staff"}:
                continue
            page = outcome_page(session, actor, made.id, clock.now())
            if status is _O.CONFIRMED and page.outcome.next_action_at is None and page.check_months is None:
                # Nothing is asked of this reader.
                continue
            wrong = fault(next_of_outcome(page, actor), clock.now())
            faults += [(status.value, sorted(given), name, wrong)] if wrong else []
    assert faults == []


def test_owner_reads_until_when_a_years_figure_is_asked_for_and_then_that_it_is_asked_for_no_more(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    one = scene.introduce(scene.amina, _I.COMPLETED)
    for days, checked, words in (
        (400, 0, "Say below what the first year came to"),
        (800, 0, "Say below what the first year came to"),
        (800, 12, "Say below what the second year came to"),
        (1200, 0, "Nothing more is asked. If you know what the first year came to"),
        (1200, 12, "Nothing more is asked. If you know what the second year came to"),
    ):
        given = {"happened_on": NOW.date() - timedelta(days=days), "checked_months": checked}
        made = make_outcome(session, one, scene.need, status=_O.CONFIRMED, next_action_at=None, **given)
        page = outcome_page(session, scene.asker, made.id, clock.now())
        found = next_of_outcome(page, scene.asker)
        assert words in found.text, (days, checked)
        assert page.check_months is not None
        assert found.mine is (found.by is not None) is (days < 1200)
        assert found.by is None or found.by >= clock.now()


def test_broker_reads_who_has_the_next_word_where_a_question_or_a_yes_waits(
    scene: Scene, session: Session, clock: FixedClock
) -> None:
    for state, turn, words in (
        (
            _I.EXPLORING,
            "requester",
            r"Olive Owner has until .+ March to answer a question of Amina Rahman; then",
        ),
        (
            _I.EXPLORING,
            "volunteer",
            r"Amina Rahman has the answer to their question, and until .+ to decide; then",
        ),
        (_I.ACCEPTED, None, r"Amina Rahman said yes\. Olive Owner has until .+ March to agree; then"),
    ):
        need = scene.another_need()
        scene.introduce(scene.amina, state, need, turn=turn, state_since=NOW)
        scene.introduce(scene.badr, _I.PROPOSED, need, position=1)
        page = broker_page(session, scene.broker, need.id, "", clock.now())
        found = broker_line(page, scene.broker)
        assert re.match(words + " Badr Aziz is asked", found.text), found.text
