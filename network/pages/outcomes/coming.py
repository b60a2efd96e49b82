"""What comes next for an outcome, in a sentence with its day, for each reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from network.domain.actor import Actor
from network.domain.clock import end_of_day
from network.domain.states import OutcomeClass, OutcomeStatus
from network.pages.outcomes.rows import OutcomePage

_O = OutcomeStatus


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, and by when."""

    text: str
    by: datetime | None = None
    mine: bool = False


def next_of(page: OutcomePage, actor: Actor) -> Next:
    """The sentence; one that counts for good, or no more, has neither a turn nor a day."""
    outcome = page.outcome
    by, acts = outcome.next_action_at, "ask_again" in page.actions
    if outcome.status is _O.DRAFT:
        return _draft(page, actor)
    if outcome.status is _O.AWAITING_CONFIRMATION:
        return _awaiting(page)
    if outcome.status is _O.UNANSWERED:
        if acts:
            return Next(_("Nobody answered. Call them, or name another contact below."), by, mine=True)
        words = _("Nobody answered. Whoever reported it, or the network's staff, will ask another contact.")
        return Next(words, by)
    if outcome.status is _O.DISPUTED:
        if acts:
            words = _("The beneficiary sees it otherwise. Read their words, put it right, and ask again.")
            return Next(words, by, mine=True)
        words = _(
            "The beneficiary sees it otherwise. Whoever reported it, or the network's staff, will put it right."
        )
        return Next(words, by)
    if outcome.status is _O.CONFIRMED:
        return _confirmed(page, actor)
    return Next(_("It counts in no figure. The record of it stays."))


def _draft(page: OutcomePage, actor: Actor) -> Next:
    by = page.outcome.next_action_at
    if actor.is_user(page.outcome.reporter_id):
        words = _(
            "This is a draft that only you and network staff see. Name who can confirm it, and ask them."
        )
        return Next(words, by, mine=True)
    return Next(_("This is a draft. Whoever writes it names who can confirm it, and asks them."), by)


def _awaiting(page: OutcomePage) -> Next:
    outcome = page.outcome
    if outcome.declared_at is None:
        words = _(
            "%(name)s has a link to confirm it. We write again each week, four times at most.",
            name=outcome.contact_name,
        )
        return Next(words, outcome.next_action_at)
    if page.may_corroborate:
        return Next(
            _("Say whether you can bear it out: you are on neither side."), outcome.next_action_at, True
        )
    words = _("The volunteer who helped, a chapter lead or network staff have to bear it out.")
    return Next(words, outcome.next_action_at)


def _confirmed(page: OutcomePage, actor: Actor) -> Next:
    outcome, months = page.outcome, page.check_months
    if months is not None:
        first = months == 12
        if page.check_until is None:
            words = (
                _("It counts. Nothing more is asked. If you know what the first year came to, say so below.")
                if first
                else _(
                    "It counts. Nothing more is asked. If you know what the second year came to, say so below."
                )
            )
            return Next(words)
        words = (
            _("Say below what the first year came to.")
            if first
            else _("Say below what the second year came to.")
        )
        return Next(words, end_of_day(page.check_until, actor.timezone), mine=True)
    if outcome.next_action_at is not None:
        return Next(
            _("It counts. We ask what it came to after 12 and after 24 months."), outcome.next_action_at
        )
    if outcome.outcome_class is OutcomeClass.NONE:
        return Next(_("It is on the record. Nothing more is asked of anybody."))
    return Next(_("It counts. Nothing more is asked of anybody."))
