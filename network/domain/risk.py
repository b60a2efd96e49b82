"""Risk in proportion: which of the five kinds of risk a need touches, by rules that the network chose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from network.domain.states import RiskKind


class Rule(Protocol):
    """One rule: the kind of risk, and what has to be so for it. An empty list asks for nothing."""

    @property
    def kind(self) -> str:
        """Which of the five kinds."""
        ...

    @property
    def answers(self) -> Sequence[str]:
        """One of these questions was answered with yes."""
        ...

    @property
    def markets(self) -> Sequence[str]:
        """One of these markets, or of these groups of markets, is asked about."""
        ...

    @property
    def sectors(self) -> Sequence[str]:
        """One of these sectors, or one below it, is asked about."""
        ...

    @property
    def except_markets(self) -> Sequence[str]:
        """Where every market asked about is one of these, or in one of these groups, the rule is silent."""
        ...


def assess(
    rules: Sequence[Rule],
    answers: Collection[str],
    markets: Sequence[Collection[str]],
    sectors: Collection[str],
) -> frozenset[RiskKind]:
    """The kinds of risk of a need; none means that it passes untouched.

    Each market comes with the groups it belongs to, sectors with those above them.
    """
    return frozenset(RiskKind(rule.kind) for rule in rules if _applies(rule, answers, markets, sectors))


def _applies(
    rule: Rule, answers: Collection[str], markets: Sequence[Collection[str]], sectors: Collection[str]
) -> bool:
    if rule.answers and not set(rule.answers) & set(answers):
        return False
    if rule.sectors and not set(rule.sectors) & set(sectors):
        return False
    if rule.markets and not any(set(rule.markets) & set(market) for market in markets):
        return False
    spared = [bool(set(rule.except_markets) & set(market)) for market in markets]
    return not spared or not all(spared)
