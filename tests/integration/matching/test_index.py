"""Volunteers in the index: in step with the rows, each field only for its audience, mended when it breaks."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.settings import load_settings
from network.app import create_app
from network.commands.worker import work_once
from network.db import Base, db
from network.domain.actor import ANONYMOUS
from network.domain.states import IntroductionState, MembershipState, Role, Visibility, VolunteerState
from network.matching.documents import all_documents, documents_of
from network.matching.index import FOLDER, rebuild_index, verify_index
from network.matching.queries import search_volunteers
from network.models import Affiliation, OutboxMessage
from network.outbox.queue import enqueue
from tests.factories import (
    NOW,
    actor_of,
    make_chapter,
    make_introduction,
    make_membership,
    make_need,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def chapter(session):
    """A chapter in the Gulf."""
    return make_chapter(session)


def changed(session, *volunteers):
    """What every operation that changes a volunteer asks for."""
    for volunteer in volunteers:
        enqueue(session, "volunteer.changed", volunteer_id=volunteer.id, now=NOW)


def found(session, user, words="", **filters):
    """The ids a person finds."""
    actor = actor_of(session, user) if user else ANONYMOUS
    return [row.id for row, _ in search_volunteers(session, actor, words, filters).rows]


def test_member_finds_a_volunteer_once_the_worker_has_run(session, work, chapter):
    volunteer = make_volunteer(session, chapter=chapter)
    reader = make_user(session)
    changed(session, volunteer)
    assert found(session, reader, "procurement Oman") == []
    work()
    assert found(session, reader, "procurement Oman") == [volunteer.id]


def test_worker_puts_many_changes_into_the_index_by_one_commit(app, session, work, chapter, monkeypatch):
    volunteers = [make_volunteer(session, chapter=chapter) for _ in range(5)]
    changed(session, *volunteers, *volunteers)
    engine = app.extensions["search"]
    commits = []
    index = type(engine).index
    monkeypatch.setattr(type(engine), "index", lambda self, docs: commits.append(1) or index(self, docs))
    work()
    assert (len(commits), engine.document_count()) == (1, 5)
    open_rows = session.query(OutboxMessage).filter(OutboxMessage.finished_at.is_(None)).count()
    assert open_rows == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda volunteer: setattr(volunteer, "state", VolunteerState.SUSPENDED),
        lambda volunteer: setattr(volunteer, "state", VolunteerState.LEFT),
        lambda volunteer: setattr(volunteer, "listing", Visibility.LEADS),
    ],
)
def test_member_never_finds_a_hidden_volunteer_even_before_the_worker_ran(session, work, chapter, change):
    volunteer = make_volunteer(session, chapter=chapter)
    reader = make_user(session)
    changed(session, volunteer)
    work()
    change(volunteer)
    session.flush()
    assert found(session, reader, "procurement") == []
    changed(session, volunteer)
    work()
    assert found(session, reader, "procurement") == []


def test_nobody_finds_an_applicant(session, work, chapter):
    volunteer = make_volunteer(session)
    make_membership(session, volunteer, chapter, MembershipState.APPLIED)
    changed(session, volunteer)
    work()
    assert found(session, make_staff(session), "procurement") == []


def test_visitor_finds_by_public_words_only(session, work, chapter):
    volunteer = make_volunteer(
        session,
        chapter=chapter,
        listing=Visibility.PUBLIC,
        profile_visibility=Visibility.PUBLIC,
        work_visibility=Visibility.MEMBERS,
        place_visibility=Visibility.LEADS,
    )
    changed(session, volunteer)
    work()
    reader, staff = make_user(session), make_staff(session)
    assert found(session, None, "procurement") == [volunteer.id]
    assert found(session, None, "Noor") == []
    assert found(session, reader, "Noor") == [volunteer.id]
    assert found(session, reader, "Dhabi") == []
    assert found(session, staff, "Dhabi") == [volunteer.id]


def test_visitor_does_not_find_who_is_listed_for_members(session, work, chapter):
    volunteer = make_volunteer(session, chapter=chapter, profile_visibility=Visibility.PUBLIC)
    changed(session, volunteer)
    work()
    assert found(session, None, "procurement") == []
    assert search_volunteers(session, actor_of(session, make_user(session)), "").total == 1


def test_place_of_origin_is_searched_and_counted_for_staff_only(session, work, chapter):
    volunteer = make_volunteer(session, chapter=chapter)
    session.add(Affiliation(volunteer_id=volunteer.id, kind="origin", place="E08000025", text="Digbeth"))
    changed(session, volunteer)
    work()
    lead = make_user(session)
    for user, expected in ((make_staff(session), 1), (make_user(session), 0), (lead, 0)):
        answer = search_volunteers(session, actor_of(session, user), "Digbeth")
        counts = search_volunteers(session, actor_of(session, user)).results.facets["affiliation"]
        assert (answer.total, len(counts)) == (expected, expected)


def test_contact_details_are_in_no_document(session, chapter):
    volunteer = make_volunteer(session, chapter=chapter)
    [document] = documents_of(session, [volunteer.id], NOW)
    assert volunteer.contact_email not in repr(document)
    assert volunteer.phone not in repr(document)


def test_graduate_is_found_by_the_name_of_the_university(session, work, chapter):
    university = make_organisation(session, name="University of Midhearth")
    volunteer = make_volunteer(session, chapter=chapter)
    session.add(Affiliation(volunteer_id=volunteer.id, kind="university", organisation_id=university.id))
    changed(session, volunteer)
    work()
    reader = make_user(session)
    assert found(session, reader, affiliation=(f"university-{university.id}",)) == [volunteer.id]
    university.name = "Royal College of Midhearth"
    enqueue(session, "organisation.changed", organisation_id=university.id, now=NOW)
    work()
    assert found(session, reader, "royal college") == [volunteer.id]


def test_sectors_roll_up_to_their_parents(session, work, chapter):
    volunteer = make_volunteer(
        session, chapter=chapter, sectors=["advanced_engineering.electronics.photonics"]
    )
    changed(session, volunteer)
    work()
    assert found(session, make_user(session), sector=("advanced_engineering",)) == [volunteer.id]


@pytest.mark.parametrize(
    "busy",
    [
        {"paused_until": date(2026, 3, 20), "leave_from": date(2026, 3, 1)},
        {"capacity": 1},
    ],
)
def test_volunteer_on_leave_or_full_is_available_later(session, chapter, busy):
    volunteer = make_volunteer(session, chapter=chapter, **busy)
    owner = make_user(session)
    need = make_need(session, make_organisation(session, owner=owner), owner)
    make_introduction(session, need, volunteer)
    [document] = documents_of(session, [volunteer.id], NOW)
    assert document.availability == "later"


def test_many_documents_cost_as_many_statements_as_few(app, session, chapter):
    def read() -> tuple[int, int]:
        with counted(app) as statements:
            documents = list(all_documents(session, NOW))
        return len(documents), len(statements)

    for _ in range(3):
        make_volunteer(session, chapter=chapter)
    session.flush()
    few, few_statements = read()
    for _ in range(27):
        make_volunteer(session, chapter=chapter)
    session.flush()
    many, many_statements = read()
    assert (few, many) == (3, 30)
    assert many_statements == few_statements


@pytest.mark.parametrize("break_it", ["missing", "corrupt"])
def test_worker_mends_a_broken_index(app, session, work, chapter, break_it):
    volunteer = make_volunteer(session, chapter=chapter)
    folder = Path(app.config["DATA_DIR"]) / "search"
    session.commit()
    rebuild_index(session, NOW)
    if break_it == "missing":
        shutil.rmtree(folder)
    else:
        for file in folder.rglob("*"):
            if file.is_file():
                file.write_bytes(b"no index at all")
    session.commit()
    told = app.test_client().get("/readyz")
    assert told.status_code == 503
    assert "search index" in told.json["checks"]["search"]
    work()
    assert app.extensions["search_ready"]() == "ok"
    assert found(session, make_user(session), "procurement") == [volunteer.id]


def test_operator_is_told_when_index_and_rows_differ(app, session, chapter):
    kept = make_volunteer(session, chapter=chapter)
    session.commit()
    runner = app.test_cli_runner()
    assert "holds 1 people" in runner.invoke(args=["search", "rebuild"]).output
    assert runner.invoke(args=["search", "verify"]).exit_code == 0
    new = make_volunteer(session, chapter=chapter)
    kept.headline = "Something else"
    session.commit()
    differences = verify_index(session, NOW)
    assert (differences.missing, differences.stale, differences.extra) == ((new.id,), (kept.id,), ())
    told = runner.invoke(args=["search", "verify", "--dry-run"])
    assert told.exit_code == 1
    assert f"1 missing ({new.id}); 1 outdated ({kept.id})" in told.output


def test_operator_compares_index_and_rows_and_the_differences_are_mended(app, session, chapter):
    kept, gone = make_volunteer(session, chapter=chapter), make_volunteer(session, chapter=chapter)
    session.commit()
    runner = app.test_cli_runner()
    runner.invoke(args=["search", "rebuild"])
    new = make_volunteer(session, chapter=chapter)
    kept.headline = "Something else"
    gone.state = VolunteerState.LEFT
    session.commit()
    told = runner.invoke(args=["search", "verify"])
    assert told.exit_code == 0
    assert f"1 missing ({new.id}); 1 outdated ({kept.id}); 1 too many ({gone.id})" in told.output
    assert "Mended" in told.output
    assert not verify_index(session, NOW)


def test_operator_compares_a_damaged_index_and_it_is_written_anew(app, session, chapter):
    make_volunteer(session, chapter=chapter)
    session.commit()
    runner = app.test_cli_runner()
    runner.invoke(args=["search", "rebuild"])
    (Path(app.config["DATA_DIR"]) / FOLDER / "CURRENT").write_text("scribble", encoding="utf-8")
    told = runner.invoke(args=["search", "verify", "--dry-run"])
    assert told.exit_code == 1
    assert "Run `flask search rebuild`." in told.output
    mended = runner.invoke(args=["search", "verify"])
    assert (mended.exit_code, "Mended: the search index holds 1 people." in mended.output) == (0, True)
    assert not verify_index(session, NOW)


def test_volunteer_whose_month_is_over_is_free_again_in_the_index(app, session, work, chapter, clock):
    volunteer = make_volunteer(session, chapter=chapter, capacity=1)
    owner = make_user(session)
    need = make_need(session, make_organisation(session, owner=owner), owner)
    make_introduction(session, need, volunteer, IntroductionState.COMPLETED, accepted_at=NOW)
    changed(session, volunteer)
    work()
    reader = make_user(session)
    session.commit()
    assert found(session, reader, available=("now",)) == []
    clock.at = NOW + timedelta(days=30, minutes=5)
    work()
    assert found(session, reader, available=("now",)) == [volunteer.id]


def test_network_that_chose_the_large_engine_is_found_by_it(tmp_path, clock):
    environ = {"ENV": "test", "DATA_DIR": str(tmp_path), "SEARCH": "tantivy", "LOG_LEVEL": "ERROR"}
    app = create_app(load_settings({f"KINBRIDGE_{name}": value for name, value in environ.items()}), clock)
    try:
        with app.app_context():
            Base.metadata.create_all(db.engine)
            assert app.extensions["search_ready"]() != "ok"
            make_volunteer(db.session, chapter=make_chapter(db.session))
            db.session.commit()
            work_once(clock)
            assert app.extensions["search_ready"]() == "ok"
            assert search_volunteers(db.session, ANONYMOUS, "").total == 0
            assert len(found(db.session, make_user(db.session), "procurement Oman")) == 1
            db.session.rollback()
    finally:
        app.extensions["database"][0].dispose()


def test_lead_of_another_chapter_does_not_search_what_is_for_leads(session, work, chapter):
    volunteer = make_volunteer(session, chapter=chapter, work_visibility=Visibility.LEADS)
    lead = make_user(session)
    make_chapter(session, leads=[lead])
    changed(session, volunteer)
    work()
    assert Role.CHAPTER_LEAD in actor_of(session, lead).roles
    assert found(session, lead, "Noor") == []
