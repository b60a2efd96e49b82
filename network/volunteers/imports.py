"""Taking a network's own list: each row becomes an invisible record until its person claims it.

The columns are those of `import_rows.COLUMNS`, documented in docs/import.md; `template_csv()` gives an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.domain.actor import Actor
from network.domain.errors import NotAllowed
from network.domain.states import (
    DEFAULT_VISIBILITY,
    Effort,
    FieldGroup,
    MarketDepth,
    OrganisationKind,
    Visibility,
    VolunteerState,
)
from network.domain.text import fold
from network.mail.recipients import address_hash
from network.models import (
    Affiliation,
    DoNotAsk,
    Organisation,
    User,
    Volunteer,
    VolunteerHelp,
    VolunteerLanguage,
    VolunteerMarket,
    VolunteerSector,
)
from network.outbox.queue import enqueue
from network.volunteers.import_files import FileRefused, Record, look_at, records_of
from network.volunteers.import_rows import (
    COLUMNS,
    Person,
    RowRefused,
    columns_of,
    is_header,
    known_heading,
    read_row,
)

CHUNK = 1000
HEADER_WITHIN = 10
LISTED = 10_000
DEFAULTS = {f"{group.value}_visibility": DEFAULT_VISIBILITY[group] for group in FieldGroup}


@dataclass(frozen=True, slots=True)
class Line:
    """A row that something is said about, by its number, its line in the file and a word."""

    row: int
    line: int
    reason: str
    column: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    without_address: int = 0
    invited: int = 0
    refused: list[Line] = field(default_factory=list)
    duplicates: list[Line] = field(default_factory=list)
    review: list[Line] = field(default_factory=list)
    unclear: list[Line] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    line: int
    person: Person


def import_volunteers(
    session: Session,
    actor: Actor,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    invite: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Every good row of the file is an imported record, invisible until claimed; the others are named in the report.

    Nothing is written in a dry run. Somebody who is here already stays as they are: an import only ever lowers
    consent. `invite` mails the claim link to who clearly agreed to mail. Raises FileRefused for a file that
    cannot be taken at all.
    """
    if not (actor.is_staff or actor.is_system):
        raise NotAllowed("staff_only", "Only staff may import a list.")
    shape = look_at(path)
    report = ImportReport(encoding=shape.encoding, separator=shape.separator)
    rows = _people(records_of(path, shape), report, now.year + 8, progress)
    keeper = None if dry_run else _Keeper(session, now, invite)
    seen = _Seen()
    for chunk in _chunks(rows):
        fresh = [row for row in chunk if seen.is_new(row, report)]
        fresh = _not_here_yet(session, fresh, report, dry_run)
        report.taken += len(fresh)
        report.without_address += sum(row.person.email is None for row in fresh)
        if keeper is not None:
            report.invited += keeper.keep([row.person for row in fresh])
    if not report.rows:
        raise FileRefused("no_rows", "The file has a header and no rows.")
    if not dry_run:
        record(session, actor, "volunteer.import", "volunteer", None, now=now)
    return report


def _people(
    records: Iterator[Record],
    report: ImportReport,
    latest_year: int,
    progress: Callable[[int], None] | None,
) -> Iterator[_Row]:
    columns, width = _find_header(records, report)
    for found in records:
        report.rows += 1
        if found.fault is None and _repeats(found.fields, columns):
            continue
        if progress is not None and report.rows % CHUNK == 0:
            progress(report.rows)
        try:
            if found.fault is not None:
                raise RowRefused(found.fault)
            person = read_row(found.fields, columns, width, latest_year)
        except RowRefused as refusal:
            _list(report.refused, Line(report.rows, found.line, refusal.reason, refusal.column))
            continue
        for column in person.unclear:
            _list(report.unclear, Line(report.rows, found.line, "not_understood", column))
        yield _Row(report.rows, found.line, person)


def _find_header(records: Iterator[Record], report: ImportReport) -> tuple[dict[str, int], int]:
    """The header among the first records: titles may stand above it."""
    for _, found in zip(range(HEADER_WITHIN), records, strict=False):
        columns = columns_of(found.fields)
        if is_header(columns):
            width = len(found.fields)
            while width and not found.fields[width - 1].strip():
                width -= 1
            places = set(columns.values())
            report.ignored_columns = [
                heading.strip()[:60]
                for place, heading in enumerate(found.fields[:width])
                if place not in places and heading.strip()
            ]
            return columns, width
    raise FileRefused(
        "no_header", f"There is no header. The first line names the columns: {', '.join(COLUMNS)}."
    )


def _repeats(fields: list[str], columns: dict[str, int]) -> bool:
    """The header once more, further down: no person."""
    name = next(key for key in ("first_name", "last_name", "name") if key in columns)
    place = columns[name]
    return place < len(fields) and known_heading(fields[place]) == name


class _Seen:
    """Who stood in this file before: by id, and by address with a name that fits."""

    def __init__(self) -> None:
        self._by_id: dict[str, int] = {}
        self._by_address: dict[str, tuple[int, str]] = {}

    def is_new(self, row: _Row, report: ImportReport) -> bool:
        """Whether the row is a person not met before; repeats and doubtful ones are listed."""
        person = row.person
        same = self._by_id.get(person.source_id) if person.source_id else None
        met = self._by_address.get(person.email) if person.email else None
        if same is not None:
            _list(report.duplicates, Line(row.number, row.line, f"same_as_row_{same}"))
            return False
        if met is not None:
            fits = names_fit(met[1], person.name)
            listed = report.duplicates if fits else report.review
            word = "same_as_row" if fits else "one_address_two_people"
            _list(listed, Line(row.number, row.line, f"{word}_{met[0]}"))
            return False
        if person.source_id:
            self._by_id[person.source_id] = row.number
        if person.email:
            self._by_address[person.email] = (row.number, person.name)
        return True


def names_fit(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same, or sharing a name of which the rest begins alike."""
    first, second = fold(one).split(), fold(other).split()
    if set(first) & set(second):
        rest_one, rest_other = set(first) - set(second), set(second) - set(first)
        return not rest_one or not rest_other or any(a[0] == b[0] for a in rest_one for b in rest_other)
    return False


def _not_here_yet(session: Session, rows: list[_Row], report: ImportReport, dry_run: bool) -> list[_Row]:
    """The rows whose person has no record and never asked to be left alone; consent of known ones may only fall."""
    addresses = {row.person.email for row in rows if row.person.email}
    ids = {row.person.source_id for row in rows if row.person.source_id}
    hashes = {address_hash(address): address for address in addresses}
    erased = {
        hashes[found]
        for found in session.scalars(
            select(DoNotAsk.address_hash).where(
                DoNotAsk.address_hash.in_(hashes), DoNotAsk.reason == "erased"
            )
        )
    }
    known = set(
        session.scalars(select(Volunteer.contact_email).where(Volunteer.contact_email.in_(addresses)))
    )
    known |= set(
        session.scalars(select(User.email).where(User.email.in_(addresses), User.closed_at.is_(None)))
    )
    known_ids = set(session.scalars(select(Volunteer.source_id).where(Volunteer.source_id.in_(ids))))
    fresh, lowered = [], []
    for row in rows:
        person = row.person
        if person.email in erased:
            _list(report.refused, Line(row.number, row.line, "asked_to_be_forgotten", "email"))
        elif (person.email and person.email in known) or (person.source_id and person.source_id in known_ids):
            report.known += 1
            if person.refuses:
                lowered.append(person)
        else:
            fresh.append(row)
    if lowered and not dry_run:
        _lower_consent(session, lowered)
    return fresh


def _lower_consent(session: Session, people: list[Person]) -> None:
    addresses = [person.email for person in people if person.email]
    ids = [person.source_id for person in people if person.source_id]
    session.execute(
        update(Volunteer)
        .where(
            Volunteer.contact_email.in_(addresses) | Volunteer.source_id.in_(ids),
            Volunteer.state == VolunteerState.IMPORTED,
        )
        .values(mail_consent=False)
        .execution_options(synchronize_session=False)
    )


class _Keeper:
    """Writes people in chunks, with what they know, in a handful of statements each."""

    def __init__(self, session: Session, now: datetime, invite: bool) -> None:
        self.session, self.now, self.invite = session, now, invite
        rows = session.execute(
            select(Organisation.name, Organisation.id).where(Organisation.kind == OrganisationKind.UNIVERSITY)
        )
        self.universities = {fold(name): university_id for name, university_id in rows}

    def keep(self, people: list[Person]) -> int:
        """Write the people; the number invited."""
        if not people:
            return 0
        ids = list(
            self.session.scalars(
                insert(Volunteer).returning(Volunteer.id, sort_by_parameter_order=True),
                [self._volunteer(person) for person in people],
            )
        )
        pairs = list(zip(ids, people, strict=True))
        self._insert(VolunteerMarket, self._markets(pairs))
        self._insert(VolunteerSector, _coded(pairs, "sectors", "sector"))
        self._insert(VolunteerLanguage, _coded(pairs, "languages", "language"))
        offers = _coded(pairs, "help_types", "help_type")
        self._insert(VolunteerHelp, ({**offer, "effort": Effort.ONE_CALL, "words": ""} for offer in offers))
        self._insert(Affiliation, self._affiliations(pairs))
        self._never_write_to([one.email for one in people if one.never_contact and one.email])
        return self._invite(pairs) if self.invite else 0

    def _volunteer(self, person: Person) -> dict[str, Any]:
        return {
            "state": VolunteerState.IMPORTED,
            "name": person.name,
            "headline": person.headline,
            "job_title": person.job_title,
            "employer": person.employer,
            "biography": person.biography,
            "city": person.city,
            "country": person.country,
            "contact_email": person.email,
            "phone": person.phone,
            "mail_consent": person.consents,
            "listing": Visibility.MEMBERS,
            **DEFAULTS,
            "source": "import",
            "source_id": person.source_id,
            "created_at": self.now,
            "updated_at": self.now,
        }

    def _markets(self, pairs: list[tuple[int, Person]]) -> Iterator[dict[str, Any]]:
        for volunteer_id, person in pairs:
            codes = dict.fromkeys(person.markets, MarketDepth.KNOWS)
            if person.country:
                codes[person.country] = MarketDepth.LIVED
            for code, depth in codes.items():
                yield {"volunteer_id": volunteer_id, "market": code, "depth": depth}

    def _affiliations(self, pairs: list[tuple[int, Person]]) -> Iterator[dict[str, Any]]:
        for volunteer_id, person in pairs:
            if person.university or person.degree or person.class_year:
                text = ", ".join(part for part in (person.degree, person.university) if part)
                yield {
                    "volunteer_id": volunteer_id,
                    "kind": "university",
                    "organisation_id": self.universities.get(fold(person.university)),
                    "text": text[:200],
                    "year": person.class_year,
                }

    def _insert(self, table: Any, rows: Iterable[dict[str, Any]]) -> None:
        found = list(rows)
        if found:
            self.session.execute(insert(table), found)

    def _never_write_to(self, addresses: list[str]) -> None:
        hashes = {address_hash(address) for address in addresses}
        had = set(
            self.session.scalars(select(DoNotAsk.address_hash).where(DoNotAsk.address_hash.in_(hashes)))
        )
        self._insert(
            DoNotAsk,
            (
                {"address_hash": found, "reason": "do_not_contact", "created_at": self.now}
                for found in sorted(hashes - had)
            ),
        )

    def _invite(self, pairs: list[tuple[int, Person]]) -> int:
        wanted = [volunteer_id for volunteer_id, person in pairs if person.consents and person.email]
        for volunteer_id in wanted:
            enqueue(self.session, "volunteer.claim_wanted", volunteer_id=volunteer_id, now=self.now)
        return len(wanted)


def _coded(pairs: list[tuple[int, Person]], attribute: str, column: str) -> list[dict[str, Any]]:
    return [
        {"volunteer_id": volunteer_id, column: code}
        for volunteer_id, person in pairs
        for code in getattr(person, attribute)
    ]


def _chunks(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    chunk: list[_Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _list(lines: list[Line], line: Line) -> None:
    """Lists stay short enough for memory and for people."""
    if len(lines) < LISTED:
        lines.append(line)
