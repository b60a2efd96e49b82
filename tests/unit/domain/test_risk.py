"""Which kinds of risk the rules name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from config.network_file import load_network
from config.settings import ROOT
from network.domain.lifecycle import may_move, open_actions
from network.domain.risk import assess
from network.domain.risk_moves import MOVES
from network.domain.states import RiskKind, RiskState, Role


@dataclass(frozen=True)
class Rule:
    kind: str = "political"
    answers: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    except_markets: tuple[str, ...] = ()


GULF, SPAIN = ("AE", "gulf"), ("ES", "european_union")


@pytest.mark.parametrize(
    ("rule", "answers", "markets", "sectors", "holds"),
    [
        (Rule(answers=("state_linked",)), ["state_linked"], [GULF], [], True),
        (Rule(answers=("state_linked",)), [], [GULF], [], False),
        (Rule(markets=("gulf",)), [], [SPAIN, GULF], [], True),
        (Rule(markets=("gulf",)), [], [SPAIN], [], False),
        (Rule(sectors=("defence",)), [], [GULF], ["defence", "defence.land"], True),
        (Rule(sectors=("defence",)), [], [GULF], ["energy"], False),
        (Rule(answers=("data_or_ip",), markets=("gulf",)), ["data_or_ip"], [SPAIN], [], False),
        (
            Rule(answers=("data_or_ip",), except_markets=("european_union",)),
            ["data_or_ip"],
            [SPAIN],
            [],
            False,
        ),
        (Rule(answers=("data_or_ip",), except_markets=("ES",)), ["data_or_ip"], [SPAIN, GULF], [], True),
        (Rule(answers=("data_or_ip",), except_markets=("ES",)), ["data_or_ip"], [], [], True),
    ],
)
def test_a_rule_holds_where_all_that_it_names_is_so(rule, answers, markets, sectors, holds) -> None:
    assert assess([rule], answers, markets, sectors) == ({RiskKind.POLITICAL} if holds else frozenset())


def test_the_shipped_rules_let_everyday_business_pass_and_name_each_kind() -> None:
    rules = load_network(ROOT / "config" / "network.toml").risk.rules
    assert assess(rules, [], [GULF], ["energy"]) == frozenset()
    assert assess(rules, ["state_linked", "data_or_ip"], [SPAIN], ["energy"]) == frozenset()
    assert {RiskKind(rule.kind) for rule in rules} == set(RiskKind)
    answers = ["state_linked", "sensitive_technology", "sensitive_market", "data_or_ip", "political_exposure"]
    assert assess(rules, answers, [GULF], []) == set(RiskKind)


def test_a_look_ends_once_and_only_by_staff() -> None:
    for state in RiskState:
        open_to_staff = set(open_actions(MOVES, state, {Role.STAFF}))
        assert open_to_staff == ({"clear", "stop", "reassign"} if state is RiskState.WAITING else set())
        assert open_actions(MOVES, state, {Role.CHAPTER_LEAD, Role.ORGANISATION_OWNER}) == ()
        assert may_move(MOVES, state, "supersede", {Role.SYSTEM})
