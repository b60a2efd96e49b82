"""Every pair of state and action of every lifecycle, for every role, against the written rules.

A line reads: state, action, state after, who may. Whoever is not named may not; a pair that has
no line does not exist. m is the requester's side, v the volunteer, l a chapter lead, s staff,
b the beneficiary by link, y the network itself. A star after the action: it must be explained.
"""

from __future__ import annotations

from enum import StrEnum

import pytest

from network.domain import (
    chapter_moves,
    introduction_moves,
    meeting_moves,
    membership_moves,
    need_moves,
    organisation_moves,
    outcome_moves,
    volunteer_moves,
)
from network.domain.errors import Conflict, Invalid, NotAllowed
from network.domain.lifecycle import Moves, actions_of, apply_move, may_move, moves, open_actions, table
from network.domain.meeting_moves import MeetingState
from network.domain.states import (
    ChapterState,
    IntroductionState,
    MembershipState,
    NeedState,
    OrganisationState,
    OutcomeStatus,
    Role,
    VolunteerState,
)

NEED = """
draft         submit           submitted     m
needs_info    submit           submitted     m
refused       appeal*          submitted     m
submitted     begin_triage     in_triage     lsy
submitted     skip_triage      open          y
in_triage     open             open          ls
in_triage     ask_info*        needs_info    ls
in_triage     refuse*          refused       ls
open          refuse*          refused       ls
open          edit_materially  in_triage     m
open          flag*            in_triage     vlsy
open          renew            open          mls
open          fulfil           fulfilled     mlsy
open          close_unmet*     closed_unmet  ls
draft         withdraw         withdrawn     msy
submitted     withdraw         withdrawn     msy
in_triage     withdraw         withdrawn     msy
needs_info    withdraw         withdrawn     msy
open          withdraw         withdrawn     msy
submitted     escalate         submitted     lsy
in_triage     escalate         in_triage     lsy
needs_info    escalate         needs_info    lsy
open          escalate         open          lsy
submitted     reassign         submitted     lsy
in_triage     reassign         in_triage     lsy
needs_info    reassign         needs_info    lsy
open          reassign         open          lsy
draft         hand_over        draft         msy
submitted     hand_over        submitted     msy
in_triage     hand_over        in_triage     msy
needs_info    hand_over        needs_info    msy
open          hand_over        open          msy
"""

INTRODUCTION = """
proposed     offer                   offered      lsy
proposed     withdraw                withdrawn    mlsy
proposed     cancel*                 cancelled    s
offered      ask                     exploring    v
offered      accept                  introduced   v
offered      accept_without_consent  accepted     v
offered      decline*                declined     v
offered      refer_on                referred_on  v
offered      expire                  expired      y
offered      withdraw                withdrawn    mlsy
offered      cancel*                 cancelled    s
exploring    ask                     exploring    v
exploring    answer_question         exploring    mls
exploring    accept                  introduced   v
exploring    accept_without_consent  accepted     v
exploring    decline*                declined     v
exploring    refer_on                referred_on  v
exploring    expire                  expired      y
exploring    withdraw                withdrawn    mlsy
exploring    cancel*                 cancelled    s
accepted     share_contacts          introduced   m
accepted     withdraw                withdrawn    vmlsy
accepted     cancel*                 cancelled    s
introduced   log_meeting             met          vm
introduced   mark_no_contact         no_contact   vmlsy
introduced   cancel*                 cancelled    s
met          log_meeting             met          vm
met          start_progress          in_progress  vm
met          complete                completed    vmlsy
met          stall                   stalled      vmlsy
met          cancel*                 cancelled    s
in_progress  log_meeting             in_progress  vm
in_progress  report_progress         in_progress  vm
in_progress  complete                completed    vmlsy
in_progress  stall                   stalled      vmlsy
in_progress  cancel*                 cancelled    s
expired      late_offer              offered      vls
no_contact   log_meeting             met          vm
stalled      resume                  in_progress  vm
"""

OUTCOME = """
draft                  request_confirmation      awaiting_confirmation  vmls
draft                  lapse                     lapsed                 y
draft                  discard                   void                   vmls
draft                  void*                     void                   s
awaiting_confirmation  reissue                   awaiting_confirmation  lsy
awaiting_confirmation  confirm                   confirmed              b
awaiting_confirmation  confirm_with_corrections  confirmed              b
awaiting_confirmation  dispute*                  disputed               b
awaiting_confirmation  declare                   awaiting_confirmation  m
awaiting_confirmation  corroborate               confirmed              vls
awaiting_confirmation  mark_unanswered           unanswered             y
awaiting_confirmation  lapse                     lapsed                 y
awaiting_confirmation  void*                     void                   s
confirmed              edit_materially           awaiting_confirmation  vmls
confirmed              dispute*                  disputed               b
confirmed              check_actuals             confirmed              bmls
confirmed              check_evidence            confirmed              s
confirmed              void*                     void                   s
disputed               ask_again                 awaiting_confirmation  vmls
disputed               take_back*                void                   vmls
disputed               lapse                     lapsed                 y
disputed               void*                     void                   s
unanswered             ask_again                 awaiting_confirmation  vmls
unanswered             lapse                     lapsed                 y
unanswered             void*                     void                   s
lapsed                 void*                     void                   s
"""

MEMBERSHIP = """
applied    approve     approved   ls
applied    return*     returned   ls
applied    refuse*     refused    ls
applied    escalate    applied    lsy
applied    leave       left       vy
applied    transfer    applied    sy
returned   reapply     applied    v
returned   leave       left       vy
returned   transfer    returned   sy
approved   suspend*    suspended  lsy
approved   leave       left       vy
approved   transfer    approved   sy
suspended  reinstate*  approved   ls
suspended  leave       left       vy
suspended  transfer    suspended  sy
left       reapply     applied    v
"""

ORGANISATION = """
unverified  verify       eligible     lsy
unverified  refuse*      refused      ls
unverified  escalate     unverified   lsy
unverified  merge        merged_into  s
eligible    recheck      eligible     lsy
eligible    suspend*     suspended    s
eligible    merge        merged_into  s
suspended   reinstate*   eligible     s
suspended   merge        merged_into  s
refused     reconsider*  unverified   s
refused     merge        merged_into  s
"""

CHAPTER = """
forming  activate  active       s
forming  review    forming      ls
forming  close*    closed       s
forming  merge     merged_into  s
active   rest      dormant      lsy
active   review    active       ls
active   close*    closed       s
active   merge     merged_into  s
dormant  revive    active       ls
dormant  review    dormant      ls
dormant  close*    closed       s
dormant  merge     merged_into  s
"""

VOLUNTEER = """
imported     claim       registering  v
imported     leave       left         vsy
registering  activate    active       vy
registering  leave       left         vsy
active       suspend*    suspended    s
active       leave       left         vsy
suspended    reinstate*  active       s
suspended    leave       left         vsy
left         return      registering  v
"""

MEETING = """
proposed   propose   proposed   mv
proposed   agree     agreed     mv
proposed   call_off  cancelled  vmlsy
agreed     propose   proposed   mv
agreed     call_off  cancelled  vmlsy
agreed     hold      held       mv
agreed     miss      missed     mv
cancelled  propose   proposed   mv
held       propose   proposed   mv
missed     propose   proposed   mv
"""

LETTERS = {
    "v": {Role.VOLUNTEER},
    "m": {Role.ORGANISATION_MEMBER, Role.ORGANISATION_OWNER, Role.UNIVERSITY_OFFICE},
    "l": {Role.CHAPTER_LEAD},
    "s": {Role.STAFF, Role.ADMINISTRATOR},
    "b": {Role.BENEFICIARY},
    "y": {Role.SYSTEM},
}

LIFECYCLES: dict[str, tuple[type[StrEnum], Moves, str, frozenset]] = {
    "need": (NeedState, need_moves.MOVES, NEED, need_moves.ENDED),
    "introduction": (
        IntroductionState,
        introduction_moves.MOVES,
        INTRODUCTION,
        introduction_moves.ENDED,
    ),
    "outcome": (OutcomeStatus, outcome_moves.MOVES, OUTCOME, outcome_moves.ENDED),
    "membership": (MembershipState, membership_moves.MOVES, MEMBERSHIP, membership_moves.ENDED),
    "organisation": (OrganisationState, organisation_moves.MOVES, ORGANISATION, organisation_moves.ENDED),
    "chapter": (ChapterState, chapter_moves.MOVES, CHAPTER, chapter_moves.ENDED),
    "volunteer": (VolunteerState, volunteer_moves.MOVES, VOLUNTEER, volunteer_moves.ENDED),
    "meeting": (MeetingState, meeting_moves.MOVES, MEETING, meeting_moves.ENDED),
}


def written(rules: str) -> dict[tuple[str, str], tuple[str, set[Role], bool]]:
    """The rules of this file, by state and action."""
    found = {}
    for line in rules.strip().splitlines():
        state, action, target, letters = line.split()
        roles = set().union(*(LETTERS[letter] for letter in letters))
        key = (state, action.rstrip("*"))
        assert key not in found
        found[key] = (target, roles, action.endswith("*"))
    return found


PAIRS = [
    pytest.param(name, state, action, id=f"{name}-{state}-{action}")
    for name, (states, moves_, _, _) in LIFECYCLES.items()
    for state in states
    for action in sorted(actions_of(moves_))
]


@pytest.mark.parametrize(("name", "state", "action"), PAIRS)
def test_each_role_acts_from_each_state_as_the_rules_say(name: str, state: StrEnum, action: str):
    _, moves_, rules, _ = LIFECYCLES[name]
    rule = written(rules).get((state, action))
    for role in Role:
        if rule is None:
            assert not may_move(moves_, state, action, {role})
            with pytest.raises(Conflict):
                apply_move(moves_, state, action, {role}, reason="because")
        elif role not in rule[1]:
            assert not may_move(moves_, state, action, {role})
            with pytest.raises(NotAllowed):
                apply_move(moves_, state, action, {role}, reason="because")
        else:
            assert may_move(moves_, state, action, {role})
            assert apply_move(moves_, state, action, {role}, reason="because") is type(state)(rule[0])


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_written_rules_name_no_state_or_action_that_is_not_there(name: str):
    _, moves_, rules, _ = LIFECYCLES[name]
    assert set(written(rules)) == {(str(state), action) for state, action in moves_}


@pytest.mark.parametrize(("name", "state", "action"), PAIRS)
def test_nobody_leaves_a_move_unexplained_where_a_reason_is_due(name: str, state: StrEnum, action: str):
    _, moves_, rules, _ = LIFECYCLES[name]
    target, roles, needs_reason = written(rules).get((state, action), ("", set(), False))
    for role in roles:
        if needs_reason and role is not Role.SYSTEM:
            for nothing in (None, "", "  \n"):
                with pytest.raises(Invalid) as refusal:
                    apply_move(moves_, state, action, {role}, reason=nothing)
                assert refusal.value.field == "reason"
        else:
            assert apply_move(moves_, state, action, {role}) == target


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_state_that_is_not_an_end_has_a_way_on(name: str):
    states, moves_, _, ended = LIFECYCLES[name]
    for state in states:
        targets = {move.target for (source, _), move in moves_.items() if source == state}
        if state not in ended:
            assert targets - {state}, state


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_state_is_entered_and_every_live_one_can_end(name: str):
    states, moves_, _, ended = LIFECYCLES[name]
    entered = {move.target for (source, _), move in moves_.items() if source != move.target}
    first = {
        NeedState.DRAFT,
        IntroductionState.PROPOSED,
        OutcomeStatus.DRAFT,
        MembershipState.APPLIED,
        OrganisationState.UNVERIFIED,
        ChapterState.FORMING,
        VolunteerState.IMPORTED,
    }
    assert set(states) - entered <= first
    for state in set(states) - ended:
        reached, edge = {state}, {state}
        while edge:
            edge = {move.target for (source, _), move in moves_.items() if source in edge} - reached
            reached |= edge
        assert reached & ended, state


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_visitor_may_do_nothing(name: str):
    states, moves_, _, _ = LIFECYCLES[name]
    assert all(open_actions(moves_, state, {Role.VISITOR}) == () for state in states)


def test_somebody_with_two_roles_may_what_either_may():
    roles = {Role.VISITOR, Role.VOLUNTEER}
    assert open_actions(introduction_moves.MOVES, IntroductionState.OFFERED, roles) == (
        "ask",
        "accept",
        "accept_without_consent",
        "decline",
        "refer_on",
    )


def test_a_person_who_is_also_the_clock_must_still_explain():
    with pytest.raises(Invalid):
        apply_move(need_moves.MOVES, NeedState.OPEN, "flag", {Role.SYSTEM, Role.STAFF})


def test_an_unknown_action_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="unknown action"):
        apply_move(need_moves.MOVES, NeedState.OPEN, "aprove", {Role.STAFF})


def test_a_move_defined_twice_is_refused():
    once = moves("open", [NeedState.DRAFT], NeedState.OPEN, frozenset({Role.STAFF}))
    with pytest.raises(ValueError, match="twice"):
        table(once, once)


def test_the_sets_of_introduction_states_agree_with_each_other():
    m, i = introduction_moves, IntroductionState
    assert set(m.LIVE) | set(m.ENDED) == set(i)
    assert {
        i.DECLINED,
        i.REFERRED_ON,
        i.EXPIRED,
        i.WITHDRAWN,
        i.NO_CONTACT,
        i.STALLED,
        i.CANCELLED,
    } == m.FAILED
    assert not m.COUNTS_TOWARDS_WANTED & m.FAILED
    assert not m.COUNTS_TOWARDS_WANTED & m.OFFERS
    assert {
        i.OFFERED,
        i.EXPLORING,
        i.ACCEPTED,
        i.INTRODUCED,
        i.MET,
        i.IN_PROGRESS,
        i.COMPLETED,
        i.NO_CONTACT,
        i.STALLED,
    } == m.CHARGED
    assert {i.PROPOSED, i.OFFERED, i.EXPLORING, i.ACCEPTED} == m.WITHDRAWN_ON_LEAVING
    for state in m.WITHDRAWN_ON_LEAVING:
        assert may_move(m.MOVES, state, "withdraw", {Role.SYSTEM})
        assert state not in m.CONTACTS_SHARED


def test_a_yes_exchanges_details_only_where_the_requester_had_consented():
    i, moves_ = IntroductionState, introduction_moves.MOVES
    for consented, target in ((True, i.INTRODUCED), (False, i.ACCEPTED)):
        action = introduction_moves.accept_action(consented)
        assert apply_move(moves_, i.OFFERED, action, {Role.VOLUNTEER}) is target
