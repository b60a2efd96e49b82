"""The network's own file (config/network.toml), read into frozen dataclasses.

Each key of the file is a field below and each field a key of the file: a missing, misspelt or wrongly
typed one raises `NetworkFileError` with the file, the key and what it should be.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

from config.ranking import Ranking
from config.reference import find_market, find_market_group, find_sector
from config.settings import SettingsError

COLOUR = re.compile(r"#[0-9a-f]{6}")
CURRENCY = re.compile(r"[A-Z]{3}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DOMAIN = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*")

# The five kinds of risk, and the five questions of the need form that rules may ask about.
RISK_KINDS = ("geopolitical", "political", "security", "commercial", "institutional")
RISK_QUESTIONS = (
    "state_linked",
    "sensitive_technology",
    "sensitive_market",
    "data_or_ip",
    "political_exposure",
)

# In each row every clock has to run out before the next one does.
ORDERED_PERIODS = (
    ("offer_nudge_days", "offer_days"),
    ("accepted_nudge_days", "accepted_days"),
    ("introduced_nudge_days", "introduced_ask_days", "introduced_no_contact_days"),
    ("in_progress_ask_days", "in_progress_silence_days"),
    ("need_draft_warning_days", "need_draft_days"),
    ("expiries_before_asking", "expiries_before_pause"),
)

Record = TypeVar("Record")


class NetworkFileError(SettingsError):
    """The network file is missing something or holds something wrong; one line names file and key."""


@dataclass(frozen=True, slots=True)
class Home:
    """The territory that the network serves."""

    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Host:
    """The body that answers for the network."""

    name: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class Colours:
    """The four design tokens that are the network's own, as #rrggbb."""

    ink: str
    paper: str
    primary: str
    accent: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything one person, need or organisation may take."""

    open_needs_per_organisation: int
    asks_per_organisation_per_day: int
    wanted_introductions_default: int
    wanted_introductions_maximum: int
    markets_per_need: int
    shortlist_per_need: int
    parallel_offers: int
    parallel_offers_urgent: int
    capacity_maximum: int
    leads_per_chapter_minimum: int
    small_cell: int


@dataclass(frozen=True, slots=True)
class Periods:
    """The clocks of the lifecycles, each with its unit in its name."""

    membership_review_working_days: int
    need_triage_working_days: int
    need_info_days: int
    need_draft_days: int
    need_draft_warning_days: int
    need_exhausted_working_days: int
    need_fulfilled_silence_days: int
    organisation_review_days: int
    introduction_proposed_days: int
    offer_nudge_days: tuple[int, ...]
    offer_days: int
    offer_before_deadline_days: int
    offer_minimum_hours: int
    offer_urgent_working_days: int
    exploring_days: int
    accepted_nudge_days: int
    accepted_days: int
    introduced_nudge_days: int
    introduced_ask_days: int
    introduced_no_contact_days: int
    met_feedback_days: int
    met_silence_days: int
    in_progress_ask_days: int
    in_progress_silence_days: int
    follow_up_days: tuple[int, ...]
    leave_grace_days: int
    expiries_before_asking: int
    expiries_before_pause: int
    confirmation_link_days: int
    confirmation_links_maximum: int
    outcome_lapse_days: int
    outcome_check_months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MailRules:
    """When mail comes: hours of the reader's own day, and how many mails a person gets one by one in a day."""

    quiet_from: int
    quiet_until: int
    digest_hour: int
    most_per_person_per_day: int


@dataclass(frozen=True, slots=True)
class Trusted:
    """Addresses whose holders need not wait to be checked; a leading dot stands for every name below."""

    university_domains: tuple[str, ...]
    company_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskRule:
    """When a need is looked at for one kind of risk; each list that is not empty has to be met."""

    kind: str
    answers: tuple[str, ...]
    markets: tuple[str, ...]
    sectors: tuple[str, ...]
    except_markets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk in proportion: how long a look may take, and the rules that ask for one."""

    review_working_days: int
    rules: tuple[RiskRule, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences that are the network's own."""

    home_sentence: str
    home_introduction: str
    for_organisations: str
    for_volunteers: str
    for_chapters: str
    thanks: str
    mail_sign_off: str


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Everything that makes one network different from another."""

    name: str
    short_name: str
    strapline: str
    currency: str
    timezone: str
    home: Home
    host: Host
    colours: Colours
    limits: Limits
    periods: Periods
    mail: MailRules
    trusted: Trusted
    risk: Risk
    ranking: Ranking
    wording: Wording


def load_network(path: Path) -> NetworkConfig:
    """Read and check the network file; raises NetworkFileError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NetworkFileError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NetworkFileError(f"{path} is not valid TOML: {error}") from error
    try:
        network = _record(NetworkConfig, table, "")
        _check(network)
    except NetworkFileError as error:
        raise NetworkFileError(f"{path}: {error}") from error
    return network


def _record(kind: type[Record], table: object, prefix: str) -> Record:
    """Build one dataclass from one TOML table, field by field."""
    if not isinstance(table, Mapping):
        raise NetworkFileError(f"{prefix.rstrip('.')} must be a table")
    hints = get_type_hints(kind)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.6)
            raise NetworkFileError(
                f"{prefix}{key} is not known" + (f"; did you mean {near[0]}?" if near else "")
            )
    missing = [name for name in hints if name not in table]
    if missing:
        raise NetworkFileError(f"{prefix}{missing[0]} is missing")
    return kind(**{name: _value(hint, table[name], prefix + name) for name, hint in hints.items()})


def _value(hint: Any, value: object, key: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _record(hint, value, key + ".")  # type: ignore[arg-type]
    return READERS[hint](value, key)


def _read_text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise NetworkFileError(f"{key} must be a text that is not empty")
    return value.strip()


def _read_count(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise NetworkFileError(f"{key} must be a whole number of at least 1, not {value!r}")
    return value


def _read_weight(value: object, key: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 100:
        raise NetworkFileError(f"{key} must be a number from 0 to 100, not {value!r}")
    return float(value)


def _read_texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise NetworkFileError(f"{key} must be a list of texts")
    return tuple(_read_text(item, key) for item in value)


def _read_counts(value: object, key: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise NetworkFileError(f"{key} must be a list of whole numbers")
    counts = tuple(_read_count(item, key) for item in value)
    if any(later <= earlier for earlier, later in itertools.pairwise(counts)):
        raise NetworkFileError(f"{key} must rise from one number to the next")
    return counts


def _read_rules(value: object, key: str) -> tuple[RiskRule, ...]:
    if not isinstance(value, list):
        raise NetworkFileError(f"{key} must be a list of tables")
    return tuple(_record(RiskRule, one, f"{key}[{place}].") for place, one in enumerate(value, 1))


READERS: dict[Any, Callable[[object, str], Any]] = {
    str: _read_text,
    int: _read_count,
    float: _read_weight,
    tuple[str, ...]: _read_texts,
    tuple[int, ...]: _read_counts,
    tuple[RiskRule, ...]: _read_rules,
}


def _check(network: NetworkConfig) -> None:
    """What a type cannot say: forms of codes, and numbers that have to agree with each other."""
    _match(CURRENCY, network.currency, "currency", "three capital letters, such as GBP")
    _match(ADDRESS, network.host.contact, "host.contact", "an e-mail address")
    for name, colour in dataclasses.asdict(network.colours).items():
        _match(COLOUR, colour, f"colours.{name}", "six lower-case hexadecimal digits, such as #0b5068")
    for domain in (*network.trusted.university_domains, *network.trusted.company_domains):
        _match(DOMAIN, domain, "trusted", "domains such as .ac.uk")
    if not network.home.regions:
        raise NetworkFileError("home.regions must name at least one region")
    try:
        ZoneInfo(network.timezone)
    except (KeyError, OSError, ValueError) as error:
        raise NetworkFileError(f"timezone {network.timezone!r} is not a known time zone") from error
    _check_limits(network.limits)
    _check_risk(network.risk)
    for name in ("quiet_from", "quiet_until", "digest_hour"):
        if getattr(network.mail, name) > 23:
            raise NetworkFileError(f"mail.{name} must be a full hour of the day, 1 to 23")
    _check_periods(network.periods)


def _match(form: re.Pattern[str], value: str, key: str, wanted: str) -> None:
    if not form.fullmatch(value):
        raise NetworkFileError(f"{key} is {value!r}, but must be {wanted}")


def _check_limits(limits: Limits) -> None:
    if limits.wanted_introductions_default > limits.wanted_introductions_maximum:
        raise NetworkFileError("limits.wanted_introductions_default is above its maximum")


def _check_risk(risk: Risk) -> None:
    """A rule that names what there is not would never apply, and nobody would notice."""
    for place, rule in enumerate(risk.rules, 1):
        places = (*rule.markets, *rule.except_markets)
        wrong = [
            *([rule.kind] if rule.kind not in RISK_KINDS else []),
            *(code for code in rule.answers if code not in RISK_QUESTIONS),
            *(code for code in places if find_market(code) is None and find_market_group(code) is None),
            *(code for code in rule.sectors if find_sector(code) is None),
        ]
        if wrong:
            raise NetworkFileError(f"risk.rules[{place}] names {wrong[0]!r}, which there is not")
        if not (rule.answers or rule.markets or rule.sectors):
            raise NetworkFileError(f"risk.rules[{place}] would hold for every need; name what it is about")


def _check_periods(periods: Periods) -> None:
    """A reminder that comes after the end it reminds of would never be sent."""
    for earlier, later in itertools.chain.from_iterable(itertools.pairwise(row) for row in ORDERED_PERIODS):
        first, last = (_latest(getattr(periods, name)) for name in (earlier, later))
        if first >= last:
            raise NetworkFileError(f"periods.{earlier} must come before periods.{later}")


def _latest(value: int | tuple[int, ...]) -> int:
    return value if isinstance(value, int) else value[-1]
