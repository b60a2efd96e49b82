"""The demo's outcomes over three years: confirmed, corroborated, pending, disputed, lapsed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from network.demo.history import Move, write_history
from network.demo.load_introductions import PlacedIntroduction
from network.demo.load_people import HOME, Loaded
from network.demo.moments import waking
from network.demo.stories import OutcomeSeed, Storyteller
from network.domain.outcome_timers import due_action
from network.domain.states import (
    EvidenceTier,
    IntroductionState,
    OutcomeStatus,
    PublishConsent,
    ValueMode,
)
from network.domain.values import ValueBand
from network.models import Confirmation, Organisation, Outcome, OutcomeContributor, OutcomeValue
from network.outcomes.asking import clock_of, schedule

O = OutcomeStatus  # noqa: E741 - the states are named often here
# Dealt in turn, so that each status is there: of events of the last year, and of older ones.
RECENT = (
    O.CONFIRMED, O.AWAITING_CONFIRMATION, O.CONFIRMED, O.DISPUTED, O.CONFIRMED, O.UNANSWERED, O.CONFIRMED, O.CONFIRMED,
    O.AWAITING_CONFIRMATION, O.CONFIRMED, O.DRAFT, O.CONFIRMED,
)  # fmt: skip
OLD = (O.CONFIRMED,) * 9 + (O.LAPSED,)
PUBLISH = (PublishConsent.NO,) * 5 + (PublishConsent.ANONYMOUSLY,) * 3 + (PublishConsent.BY_NAME,) * 3


class OutcomeLoader:
    """Says what came of completed introductions, and whether somebody confirmed it."""

    def __init__(self, session: Session, now: datetime, seed: int, loaded: Loaded) -> None:
        self.session, self.now, self.loaded = session, now, loaded
        self.rng = Random(f"outcomes in tables {seed}")
        self.stories = Storyteller(seed + 2)
        self.dealt = {True: 0, False: 0}

    def load(self, introductions: list[PlacedIntroduction]) -> int:
        """Outcomes stand in the tables; how many."""
        count = 0
        for one in introductions:
            under_way = one.row.state is IntroductionState.IN_PROGRESS
            if one.row.state is not IntroductionState.COMPLETED and not under_way:
                continue
            for _ in range(1 if under_way else self.rng.choice((0, 1, 1, 1, 2))):
                self._outcome(one)
                count += 1
        return count

    def _status(self, happened: datetime) -> OutcomeStatus:
        recent = (self.now - happened).days < 320
        self.dealt[recent] += 1
        statuses = RECENT if recent else OLD
        return statuses[self.dealt[recent] % len(statuses)]

    def _outcome(self, one: PlacedIntroduction) -> None:
        need, row = one.need, one.row
        story = self.stories.outcome(need.seed, one.helper.seed, self.stories.outcome_kind(need.seed))
        met = row.met_at or row.introduced_at or self.now
        happened = min(
            met + timedelta(days=self.rng.randint(3, 120)), self.now - timedelta(days=self.rng.uniform(1, 6))
        )
        reported = waking(
            min(
                happened + timedelta(days=self.rng.randint(1, 20)),
                self.now - timedelta(hours=self.rng.randint(5, 100)),
            ),
            one.helper.seed.timezone,
            after=met,
            before=self.now,
        )
        status = self._status(happened)
        asked = None if status is O.DRAFT else reported
        answered = (
            reported + (self.now - reported) * min(0.8, self.rng.uniform(0.02, 0.3))
            if status in {O.CONFIRMED, O.DISPUTED}
            else None
        )
        if status is O.DISPUTED:
            answered = self.now - timedelta(days=self.rng.uniform(0.5, 3))
        if answered is not None:
            answered = waking(answered, HOME, after=reported, before=self.now)
        corroborated = status is O.CONFIRMED and self.rng.random() < 0.07
        organisation = self.session.get_one(Organisation, need.row.organisation_id)
        outcome = Outcome(
            status=status,
            tier=EvidenceTier.REPORTED
            if status is not O.CONFIRMED
            else (EvidenceTier.CORROBORATED if corroborated else EvidenceTier.CONFIRMED),
            outcome_class=story.kind.outcome_class,
            kind=story.kind,
            introduction_id=row.id,
            need_id=need.row.id,
            organisation_id=need.row.organisation_id,
            chapter_id=need.row.owner_chapter_id,
            university_id=next(
                (
                    self.loaded.universities[tie.university]
                    for tie in one.helper.seed.affiliations
                    if tie.university is not None
                ),
                None,
            ),
            market=need.seed.markets[0],
            sector=need.seed.sectors[0] if need.seed.sectors else None,
            home_place=organisation.home_place,
            title=story.title,
            help_given=story.help_given,
            what_happened=story.what_happened,
            goods_services=story.goods_services,
            other_party=story.other_party,
            other_party_confidential=story.other_party_confidential,
            none_reason=story.none_reason,
            happened_on=happened.date(),
            value_mode=story.value_mode if story.values else ValueMode.CANNOT_SAY,
            currency=story.currency,
            rate=story.rate,
            rate_on=happened.date(),
            reporter_id=one.helper.user_id,
            contact_name=need.row.contact_name,
            contact_email=need.row.contact_email,
            contact_user_id=need.row.requester_id,
            links_sent=0 if asked is None else (4 if status in {O.UNANSWERED, O.LAPSED} else 1),
            link_sent_at=max(asked, self.now - timedelta(days=4))
            if status is O.AWAITING_CONFIRMATION and asked
            else asked,
            declared_at=reported if corroborated else None,
            corroborated_by_id=self.loaded.staff[0] if corroborated else None,
            first_confirmed_at=answered if status is O.CONFIRMED else None,
            state_since=answered
            or (max(reported, self.now - timedelta(days=3)) if status in {O.UNANSWERED, O.DRAFT} else asked)
            or reported,
            is_demo=True,
            created_at=reported,
            updated_at=answered or reported,
        )
        self.session.add(outcome)
        self.session.flush()
        self._values(outcome, story)
        self.session.add(
            OutcomeContributor(outcome_id=outcome.id, user_id=one.helper.user_id, role="volunteer")
        )
        if answered is not None and not corroborated:
            self._answer(outcome, one, answered)
        write_history(self.session, outcome, None, self._path(outcome, one, reported, answered))
        schedule(self.session, outcome)
        overdue = due_action(clock_of(self.session, outcome), self.now)
        if overdue is not None and status is O.CONFIRMED:
            # What was asked for in the past was asked for.
            outcome.steps_done = overdue.steps_done
            schedule(self.session, outcome)

    def _values(self, outcome: Outcome, story: OutcomeSeed) -> None:
        if outcome.value_mode is ValueMode.BAND:
            total = story.total * story.rate
            outcome.value_band = next(band.value for band in reversed(ValueBand) if total >= band.low)
        if outcome.value_mode is ValueMode.EXACT:
            self.session.add_all(
                OutcomeValue(
                    outcome_id=outcome.id,
                    year=year,
                    value_type=story.value_type,
                    basis="forecast",
                    amount=amount,
                    amount_home=(amount * story.rate).quantize(Decimal("0.01")),
                )
                for year, amount in story.values
            )

    def _answer(self, outcome: Outcome, one: PlacedIntroduction, at: datetime) -> None:
        disputed = outcome.status is O.DISPUTED
        said = self.stories.confirmation(one.need.seed, one.helper.seed)
        row = Confirmation(
            outcome_id=outcome.id,
            answered_at=at,
            answer="disputed" if disputed else "confirmed",
            answered_by_id=outcome.contact_user_id,
            prerequisite=said.prerequisite,
            sped_up=said.sped_up,
            share_without=said.share_without,
            new_market=said.new_market,
            risk_of_not_exporting=said.risk_of_not_exporting,
            publish=PublishConsent.NO if disputed else self.rng.choice(PUBLISH),
            comments=self.stories.reason("disputed", one.need.seed, one.helper.seed)
            if disputed
            else said.comments,
        )
        for topic, score in said.ratings.items():
            setattr(row, f"rating_{topic}", score)
        self.session.add(row)

    def _path(
        self, outcome: Outcome, one: PlacedIntroduction, reported: datetime, answered: datetime | None
    ) -> list[Move]:
        helper_id = one.helper.user_id
        path: list[Move] = [("record", "draft", reported, helper_id, None)]
        if outcome.status is O.DRAFT:
            return path
        path.append(("request_confirmation", "awaiting_confirmation", reported, helper_id, None))
        if outcome.tier is EvidenceTier.CORROBORATED:
            path.append(("corroborate", "confirmed", answered or reported, outcome.corroborated_by_id, None))
        elif outcome.status is O.CONFIRMED:
            path.append(("confirm", "confirmed", answered or reported, outcome.contact_user_id, None))
        elif outcome.status is O.DISPUTED:
            path.append(("dispute", "disputed", answered or reported, outcome.contact_user_id, None))
        elif outcome.status in {O.UNANSWERED, O.LAPSED}:
            ends = self.now if outcome.status is O.LAPSED else outcome.state_since or self.now
            silent = max(reported, min(reported + timedelta(days=28), ends))
            path.append(("mark_unanswered", "unanswered", silent, None, None))
            if outcome.status is O.LAPSED:
                lapsed = min(reported + timedelta(days=365), self.now - timedelta(hours=6))
                path.append(("lapse", "lapsed", max(silent, lapsed), None, None))
        return path
