"""The accounts that a demo prints when it starts, one for each role."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "a-bridge-of-two-arcs"  # noqa: S105 - printed at every start of a demo, and good for nothing else


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account to try the network with."""

    role: str
    email: str
    password: str = PASSWORD


ACCOUNTS = (
    DemoAccount("volunteer", "volunteer@midhearth.example"),
    DemoAccount("firm", "firm@midhearth.example"),
    DemoAccount("university office", "office@midhearth.example"),
    DemoAccount("chapter lead", "lead@midhearth.example"),
    DemoAccount("staff", "staff@midhearth.example"),
    DemoAccount("administrator", "admin@midhearth.example"),
)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """One account per role, in the order in which they are printed."""
    return ACCOUNTS


def account_of(role: str) -> DemoAccount:
    """The account of a role."""
    return next(account for account in ACCOUNTS if account.role == role)
