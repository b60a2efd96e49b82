"""Lists as offices keep them: what is taken, what is refused and by which line, what is never raised."""

from __future__ import annotations

import tracemalloc

import pytest
from sqlalchemy import func, select

from network.domain.actor import ANONYMOUS, system_actor
from network.domain.errors import NotAllowed
from network.domain.states import Channel, MarketDepth, VolunteerState
from network.mail.recipients import address_hash
from network.models import Affiliation, DoNotAsk, OutboxMessage, User, Volunteer, VolunteerMarket
from network.volunteers.import_files import FileRefused
from network.volunteers.imports import import_volunteers, names_fit
from tests.factories import NOW, make_organisation, make_user, make_volunteer

ACTOR = system_actor(Channel.IMPORT)
HEADER = "First name,Last name,E-mail,Phone,Country,Class year,E-mail opt-in,Do not contact,Deceased,Notes"


def write(tmp_path, *rows, header=HEADER, encoding="utf-8", end="\r\n", name="list.csv"):
    """A file of a header and rows, with the given line ends."""
    path = tmp_path / name
    path.write_bytes(end.join([header, *rows, ""]).encode(encoding, "surrogatepass"))
    return path


def run(session, path, **given):
    return import_volunteers(session, ACTOR, path, now=NOW, **given)


def refused(report):
    return [(one.row, one.line, one.reason) for one in report.refused]


def row(
    first="Una",
    last="Garvald",
    email="una@example.org",
    country="Japan",
    year="1999",
    opt="",
    stop="",
    dead="",
    notes="",
):
    return f"{first},{last},{email},,{country},{year},{opt},{stop},{dead},{notes}"


def test_an_office_imports_people_who_stay_invisible_until_they_claim(session, tmp_path):
    university = make_organisation(session, kind="university", name="University of Northmuir")
    path = write(
        tmp_path,
        '"Dr. Una","Garvald","una@example.org","Japan; Norway","Energy","English; German",'
        '"University of Northmuir","1998/99"',
        header="First name,Surname,Email address,Markets,Sector,Speaks,Alma mater,Graduated",
    )
    report = run(session, path)
    assert (report.rows, report.taken, report.refused) == (1, 1, [])
    volunteer = session.scalars(select(Volunteer)).one()
    assert volunteer.state is VolunteerState.IMPORTED
    assert volunteer.name == "Dr. Una Garvald"
    assert volunteer.user_id is None
    studied = session.scalars(select(Affiliation)).one()
    assert (studied.organisation_id, studied.year) == (university.id, 1998)
    markets = set(session.scalars(select(VolunteerMarket.market)))
    assert markets == {"JP", "NO"}


def test_a_dry_run_says_the_same_and_writes_nothing(session, tmp_path):
    path = write(tmp_path, row(), row(email="broken@@example.org", first="Bo"))
    dry = run(session, path, dry_run=True)
    assert session.scalar(select(func.count(Volunteer.id))) == 0
    real = run(session, path)
    assert (dry.taken, dry.refused) == (real.taken, real.refused) == (1, real.refused)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(first="", last=""), "no_name"),
        (row(first="Cher", last="", email=""), "not_identifiable"),
        (row(email="no address"), "bad_email"),
        (row(email="a@b@example.org"), "bad_email"),
        (row(email="p\u0430uline@example.org"), "bad_email"),
        (row(email="x" * 65 + "@example.org"), "bad_email"),
        (row(email='"inj@example.org\nBcc: inj2@example.org"'), "bad_email"),
        (row(email='"one@example.org,two@example.org"'), "bad_email"),
        (row(dead="†"), "deceased"),
        (row(dead="Yes"), "deceased"),
        (row(first="Una\x00"), "control_characters"),
        (row(last="Gar\u202evald"), "control_characters"),
        (row(last="Gar\u200bvald"), "control_characters"),
        (row(notes="bell\x07"), "control_characters"),
        (row() + ",one too many", "field_count"),
        ("Una,Garvald", "field_count"),
        (row(first="<script>alert(1)</script>"), "not_a_name"),
        (row(first="https://evil.example"), "not_a_name"),
        (row(first="=cmd|' /C calc'!A0"), "not_a_name"),
        (row(last="x" * 400), "too_long"),
        (row(notes="x" * 30_000), "too_long"),
    ],
)
def test_an_office_reads_which_row_was_refused_by_line_and_reason(session, tmp_path, cells, reason):
    path = write(tmp_path, row(first="Ann", email="ann@example.org"), "", ",,,,,,,,,", cells)
    report = run(session, path)
    assert refused(report) == [(2, 5, reason)]
    assert report.taken == 1


def test_an_office_with_letters_of_windows_gets_them_right(session, tmp_path):
    path = write(tmp_path, row(first="Zoë", last="O’Fintrach", notes="5 €"), encoding="cp1252")
    run(session, path)
    assert session.scalars(select(Volunteer.name)).one() == "Zoë O’Fintrach"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_office_with_any_unicode_gets_its_letters_right(session, tmp_path, encoding):
    run(session, write(tmp_path, row(first="Žofie"), encoding=encoding))
    assert session.scalars(select(Volunteer.name)).one() == "Žofie Garvald"


def test_one_row_that_is_no_utf8_leaves_the_letters_of_the_others(session, tmp_path):
    path = write(tmp_path, row(first="Žofie"), row(first="J\udcffck", email="j@example.org"))
    data = path.read_bytes().replace(b"\xed\xb3\xbf", b"\xff")
    path.write_bytes(data)
    report = run(session, path)
    assert refused(report) == [(2, 3, "bad_encoding")]
    assert session.scalars(select(Volunteer.name)).one() == "Žofie Garvald"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_any_line_end_and_separator_is_read(session, tmp_path, end, separator):
    header, cells = (text.replace(",", separator) for text in (HEADER, row()))
    path = write(tmp_path, cells, cells.replace("una@", "two@").replace("Una", "Bea"), header=header, end=end)
    report = run(session, path)
    assert (report.taken, report.refused) == (2, [])


def test_a_quote_that_never_closes_is_named_and_swallows_nobody_in_silence(session, tmp_path):
    path = write(
        tmp_path, row(), row(first="Open", email="o@example.org", notes='"never closed'), row(first="Bea")
    )
    report = run(session, path)
    assert refused(report) == [(2, 3, "unterminated_quote")]
    assert report.taken == 1


def test_lines_inside_notes_do_not_shift_the_numbers(session, tmp_path):
    path = write(
        tmp_path, row(notes='"two\nlines, and ""quotes"""'), row(first="", last="", email="x@example.org")
    )
    assert refused(run(session, path)) == [(2, 4, "no_name")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04 a workbook", "not_a_table"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_table"),
        (HEADER.encode() + b"\r\n", "no_rows"),
        (row().encode() + b"\r\n" + row().encode(), "no_header"),
        (HEADER.encode() + b",E-mail\r\n" + row().encode() + b",x@example.org\r\n", "duplicate_header"),
        (b",".join(b"c%d" % n for n in range(1000)) + b"\r\n", "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole_in_words(session, tmp_path, content, code):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as told:
        run(session, path)
    assert told.value.code == code
    assert told.value.message.endswith(".")


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", "1", "x", "✓", "on", "opted in", "Subscribed"])
def test_a_clear_yes_is_consent(session, tmp_path, word):
    run(session, write(tmp_path, row(opt=word)))
    assert session.scalars(select(Volunteer.mail_consent)).one() is True


@pytest.mark.parametrize(
    "word", ["no", "", "?", "maybe", "yes/no", "soft opt-in", "legitimate interest", "2", "n/a"]
)
def test_anything_but_a_clear_yes_is_no_consent(session, tmp_path, word):
    run(session, write(tmp_path, row(opt=word)))
    assert session.scalars(select(Volunteer.mail_consent)).one() is False


def test_a_second_import_never_raises_consent_and_may_lower_it(session, tmp_path):
    run(
        session,
        write(tmp_path, row(opt="no"), row(first="Bea", last="Yes", email="bea@example.org", opt="yes")),
    )
    report = run(
        session,
        write(tmp_path, row(opt="yes"), row(first="Bea", last="Yes", email="bea@example.org", opt="no")),
    )
    assert (report.taken, report.known) == (0, 2)
    session.expire_all()
    assert list(session.scalars(select(Volunteer.mail_consent))) == [False, False]


def test_who_must_not_be_contacted_is_never_written_to_though_a_later_list_says_yes(
    session, tmp_path, work, mails
):
    run(session, write(tmp_path, row(stop="yes", opt="yes")), invite=True)
    run(session, write(tmp_path, row(opt="yes")), invite=True)
    work()
    assert not mails()
    assert session.scalars(select(DoNotAsk.reason)).one() == "do_not_contact"


def test_who_was_erased_and_said_never_again_is_not_imported(session, tmp_path):
    session.add(DoNotAsk(address_hash=address_hash("una@example.org"), reason="erased", created_at=NOW))
    report = run(session, write(tmp_path, row()))
    assert [one.reason for one in report.refused] == ["asked_to_be_forgotten"]
    assert session.scalar(select(func.count(Volunteer.id))) == 0


def test_only_who_agreed_and_has_an_address_is_invited(session, tmp_path, work, mails):
    path = write(
        tmp_path,
        row(opt="yes"),
        row(first="Bea", email="bea@example.org"),
        row(first="Cleo", email="", opt="yes"),
    )
    assert run(session, path, invite=True).invited == 1
    work()
    assert [mail.to_address for mail in mails(event="claim_record")] == ["una@example.org"]


def test_one_person_many_times_is_one_and_one_address_with_two_names_waits_for_somebody(session, tmp_path):
    path = write(tmp_path, row(), row(), row(first="Mr Una"), row(first="Jonas", last="Elrick"))
    report = run(session, path)
    assert report.taken == 1
    assert [(one.row, one.reason) for one in report.duplicates] == [
        (2, "same_as_row_1"),
        (3, "same_as_row_1"),
    ]
    assert [(one.row, one.reason) for one in report.review] == [(4, "one_address_two_people_1")]


def test_people_who_are_here_already_stay_as_they_are(session, tmp_path):
    make_user(session, email="una@example.org")
    known = make_volunteer(session, contact_email="bea@example.org", name="Bea Known")
    report = run(session, write(tmp_path, row(), row(first="Changed", email="bea@example.org")))
    assert (report.taken, report.known) == (0, 2)
    session.refresh(known)
    assert known.name == "Bea Known"
    assert session.scalar(select(func.count(User.id))) == 2


def test_what_is_not_understood_stays_empty_and_is_listed(session, tmp_path):
    report = run(session, write(tmp_path, row(country="Middle East", year="12/31/1999x", opt="maybe")))
    assert sorted((one.row, one.column) for one in report.unclear) == [
        (1, "class_year"),
        (1, "country"),
        (1, "email_opt_in"),
    ]
    assert session.scalars(select(Volunteer.country)).one() == ""


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1998", 1998),
        ("(1998)", 1998),
        ("July 2016", 2016),
        ("'93", 1993),
        ("34000", 1993),
        ("-1998", None),
        ("1066", None),
        ("99999", None),
        ("1997.5", None),
        ("2999", None),
    ],
)
def test_years_are_read_as_people_write_them(session, tmp_path, text, year):
    run(session, write(tmp_path, row(year=text)))
    assert session.scalars(select(Affiliation.year)).first() == year


def test_an_address_is_taken_out_of_its_wrapping(session, tmp_path):
    path = write(
        tmp_path,
        row(email="mailto:Una@Example.org"),
        row(first="Bea", email="\u00a0Bea B <bea@example.org>\u00a0"),
        row(first="Cleo", email="cleo@example.org; other@example.org"),
    )
    run(session, path)
    found = set(session.scalars(select(Volunteer.contact_email)))
    assert found == {"una@example.org", "bea@example.org", "cleo@example.org"}


def test_the_country_lived_in_is_the_deepest_market(session, tmp_path):
    run(session, write(tmp_path, row(country="Norge")))
    found = session.execute(select(VolunteerMarket.market, VolunteerMarket.depth)).one()
    assert tuple(found) == ("NO", MarketDepth.LIVED)


def test_a_title_above_the_header_and_the_header_again_are_no_people(session, tmp_path):
    path = write(
        tmp_path,
        ",,,,,,,,,",
        HEADER,
        row(),
        HEADER,
        row(first="Bea", email="b@example.org"),
        header="Our list,,,,,,,,,",
    )
    report = run(session, path)
    assert (report.taken, report.refused) == (2, [])


def test_a_stranger_imports_nothing(session, tmp_path):
    with pytest.raises(NotAllowed):
        import_volunteers(session, ANONYMOUS, write(tmp_path, row()), now=NOW)


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Ann Lee", "ann lee", True),
        ("Ann Lee", "A. Lee", True),
        ("Ann Lee", "Bob Stone", False),
        ("Ann Lee", "Bob Lee", False),
    ],
)
def test_names_fit_where_they_may_be_one_persons(one, other, fits):
    assert names_fit(one, other) is fits


def test_a_large_list_is_taken_in_little_memory(session, tmp_path):
    rows = (row(first=f"Una{n}", email=f"una{n}@example.org", opt="yes") for n in range(5000))
    path = write(tmp_path, *rows)
    assert run(session, path).taken == 5000
    tracemalloc.start()
    run(session, path, dry_run=True)
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()
    assert session.scalar(select(func.count(OutboxMessage.id))) == 0
