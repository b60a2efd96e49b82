"""How long everything may wait, with the network's defaults; each unit is in the name.

A network sets its own in `config/network.toml`; `Periods.of` takes them from there by name.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Periods:
    """The clocks of the lifecycles."""

    membership_review_working_days: int = 5
    need_triage_working_days: int = 3
    need_info_days: int = 14
    need_draft_days: int = 90
    need_draft_warning_days: int = 14
    need_exhausted_working_days: int = 3
    need_fulfilled_silence_days: int = 14
    organisation_review_days: int = 365
    introduction_proposed_days: int = 7
    offer_nudge_days: tuple[int, ...] = (4, 8)
    offer_days: int = 10
    offer_before_deadline_days: int = 2
    offer_minimum_hours: int = 48
    offer_urgent_working_days: int = 3
    exploring_days: int = 7
    accepted_nudge_days: int = 2
    accepted_days: int = 5
    introduced_nudge_days: int = 3
    introduced_ask_days: int = 7
    introduced_no_contact_days: int = 14
    met_feedback_days: int = 1
    met_silence_days: int = 30
    in_progress_ask_days: int = 30
    in_progress_silence_days: int = 60
    follow_up_days: tuple[int, ...] = (30, 90, 180, 365)
    leave_grace_days: int = 3
    expiries_before_asking: int = 2
    expiries_before_pause: int = 3
    confirmation_link_days: int = 7
    confirmation_links_maximum: int = 4
    outcome_lapse_days: int = 365
    outcome_check_months: tuple[int, ...] = (12, 24)
    # Where the lifecycles only say that somebody must look again, and when is ours to choose.
    staff_reminder_working_days: int = 3
    need_review_days: int = 90
    exploring_nudge_days: int = 4
    first_need_nudge_days: int = 30
    membership_return_nudge_days: int = 14
    membership_return_days: int = 90
    membership_review_days: int = 365
    suspension_review_days: int = 30
    frozen_review_working_days: int = 5
    chapter_forming_review_days: int = 30
    chapter_review_days: int = 180
    chapter_without_lead_working_days: int = 5
    outcome_draft_nudge_days: int = 14
    outcome_chase_working_days: int = 5
    # Two outcomes of one firm in one market with one value this near each other are taken for one told twice.
    outcome_twin_days: int = 60

    @classmethod
    def of(cls, source: object) -> Periods:
        """The periods a settings object names; what it does not name keeps its default."""
        found = {field.name: getattr(source, field.name, None) for field in fields(cls)}
        return cls(**{name: value for name, value in found.items() if value is not None})


DEFAULT_PERIODS = Periods()
