"""A chapter is founded, edited, led, opened, rested and ended."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from network.chapters.queries import markets_of
from network.domain.states import ChapterState, MembershipState
from network.models import Chapter, ChapterLead, Membership, Need
from tests.factories import (
    make_chapter,
    make_lead,
    make_need,
    make_organisation,
    make_staff,
    make_user,
    make_volunteer,
)
from tests.support.statements import counted


@pytest.fixture
def gulf(session):
    return make_chapter(session, name="Gulf chapter", slug="gulf")


@pytest.fixture
def lead(session, gulf):
    return make_lead(session, gulf)


@pytest.fixture
def staff(session):
    return make_staff(session)


def _leads(session, chapter):
    query = select(ChapterLead.user_id).where(ChapterLead.chapter_id == chapter.id)
    return set(session.scalars(query.order_by(ChapterLead.user_id)))


def test_staff_found_a_chapter_and_open_it_with_two_leads(visitor, session, staff):
    page = visitor(staff).get("/chapters/new")
    page = page.submit(
        button="Start it",
        name="Nile chapter",
        summary="Friends on the Nile",
        markets=["EG"],
        timezone="Africa/Cairo",
    )
    assert page.h1 == "Leads of Nile chapter"
    chapter = session.scalars(select(Chapter)).one()
    assert (chapter.slug, chapter.state) == ("nile-chapter", ChapterState.FORMING)
    assert markets_of(session, [chapter.id])[chapter.id] == ["EG"]
    standing = visitor(staff).get("/chapters/nile-chapter/standing")
    refused = standing.submit(button="Open the chapter")
    assert refused.status == 409
    assert "A chapter opens with 2 leads." in refused.text
    for name in ("First Lead", "Second Lead"):
        user = make_user(session, name=name)
        make_volunteer(session, user=user, chapter=chapter, name=name)
        page = visitor(staff).get("/chapters/nile-chapter/leads")
        page = page.submit(button="Make them a lead", user_id=user.id, title="Newcomers")
        assert name in page.text
    visitor(staff).get("/chapters/nile-chapter/standing").submit(button="Open the chapter")
    assert session.get_one(Chapter, chapter.id).state is ChapterState.ACTIVE


def test_staff_found_a_chapter_without_a_market_and_read_so(visitor, session, staff):
    page = visitor(staff).get("/chapters/new").submit(button="Start it", name="Nowhere chapter")
    assert page.status == 422
    assert "Choose at least one market." in page.text
    assert page.form(button="Start it").values["name"] == ["Nowhere chapter"]


def test_staff_found_a_chapter_of_a_taken_name_and_read_so_at_the_field(visitor, session, staff, gulf):
    page = (
        visitor(staff)
        .get("/chapters/new")
        .submit(button="Start it", name="Gulf chapter", markets=["OM"], timezone="Asia/Muscat")
    )
    assert page.status == 422
    assert ("Another chapter has this name.", "#name") in page.links


def test_a_lead_edits_the_page_but_not_the_markets(visitor, session, gulf, lead):
    page = visitor(lead).get("/chapters/gulf/edit")
    assert "markets" not in page.form(button="Save").values
    page = page.submit(
        button="Save",
        summary="New words",
        description="We meet on Mondays.",
        holidays="2026-12-02\n2026-12-03",
    )
    assert page.h1 == "Gulf chapter"
    assert "We meet on Mondays." in page.text
    row = session.get_one(Chapter, gulf.id)
    assert (row.summary, row.holidays) == ("New words", "2026-12-02 2026-12-03")
    assert markets_of(session, [gulf.id])[gulf.id] == ["AE"]


def test_a_lead_slips_markets_into_the_form_and_they_stay(visitor, session, gulf, lead):
    page = visitor(lead).get("/chapters/gulf/edit")
    values = {name: one[0] for name, one in page.form(button="Save").values.items() if one}
    visitor(lead).post("/chapters/gulf/edit", **{**values, "markets": "JP"})
    assert markets_of(session, [gulf.id])[gulf.id] == ["AE"]


def test_staff_change_the_markets(visitor, session, gulf, staff):
    visitor(staff).get("/chapters/gulf/edit").submit(button="Save", markets=["AE", "OM"])
    assert markets_of(session, [gulf.id])[gulf.id] == ["AE", "OM"]


def test_a_lead_writes_a_day_that_is_none_and_reads_so(visitor, session, gulf, lead):
    page = visitor(lead).get("/chapters/gulf/edit").submit(button="Save", holidays="2 December")
    assert page.status == 422
    assert "Write each day as year, month and day" in page.text


def test_two_leads_edit_at_once_and_the_second_decides_knowingly(visitor, session, gulf, lead):
    first, second = visitor(lead).get("/chapters/gulf/edit"), visitor(lead).get("/chapters/gulf/edit")
    first.submit(button="Save", summary="First words")
    page = second.submit(button="Save", summary="Second words")
    assert page.status == 422
    assert session.get_one(Chapter, gulf.id).summary == "First words"
    page.submit(button="Save")
    assert session.get_one(Chapter, gulf.id).summary == "Second words"


@pytest.mark.parametrize("kind", ["visitor", "member", "other lead"])
def test_others_do_not_look_after_the_chapter(visitor, session, gulf, lead, kind):
    user = {
        "visitor": lambda: None,
        "member": lambda: _member(session, gulf),
        "other lead": lambda: make_lead(session, make_chapter(session)),
    }[kind]()
    browser, expected = visitor(user), 302 if kind == "visitor" else 403
    for path in ("edit", "leads", "standing"):
        assert browser.get(f"/chapters/gulf/{path}", follow=False).status == expected
    for path in (
        "edit",
        "leads/add",
        "leads/remove",
        "rest",
        "revive",
        "activate",
        "review",
        "close",
        "merge",
    ):
        assert browser.post(f"/chapters/gulf/{path}", follow=False, version=1).status == expected
    assert browser.get("/chapters/new", follow=False).status == expected
    assert session.get_one(Chapter, gulf.id).state is ChapterState.ACTIVE


def _member(session, gulf):
    user = make_user(session)
    make_volunteer(session, user=user, chapter=gulf)
    return user


def test_a_lead_ends_or_founds_no_chapter(visitor, session, gulf, lead):
    browser = visitor(lead)
    page = browser.get("/chapters/gulf/standing")
    assert "Close the chapter" not in page.text
    assert browser.get("/chapters/new").status == 403
    for path in ("close", "merge"):
        assert browser.post(f"/chapters/gulf/{path}", version=gulf.version, reason="x").status == 403
    assert browser.post("/chapters/gulf/activate", version=gulf.version).status in {403, 409}


def test_a_lead_lets_the_chapter_rest_and_brings_it_back(visitor, session, gulf, lead):
    make_lead(session, gulf)
    page = visitor(lead).get("/chapters/gulf/standing").submit(button="Let it rest")
    assert session.get_one(Chapter, gulf.id).state is ChapterState.DORMANT
    page.submit(button="Bring it back")
    assert session.get_one(Chapter, gulf.id).state is ChapterState.ACTIVE


def test_an_old_page_does_not_move_the_chapter(visitor, session, gulf, lead):
    first, second = visitor(lead).get("/chapters/gulf/standing"), visitor(lead).get("/chapters/gulf/standing")
    first.submit(button="Let it rest")
    assert second.submit(button="Let it rest").status == 409


def test_a_lead_steps_down(visitor, session, gulf, lead):
    other = make_lead(session, gulf, name="Olu Other")
    page = visitor(lead).get("/chapters/gulf/leads")
    assert not any("Olu Other" in words for form in page.forms for words in form.buttons)
    page = page.submit(button="Step down")
    assert page.h1 == "Gulf chapter"
    assert _leads(session, gulf) == {other.id}


def test_a_lead_takes_the_lead_from_another_and_is_refused(visitor, session, gulf, lead):
    other = make_lead(session, gulf)
    page = visitor(lead).post("/chapters/gulf/leads/remove", user_id=other.id, version=gulf.version)
    assert page.status == 403
    assert _leads(session, gulf) == {lead.id, other.id}


@pytest.mark.parametrize("number", ["", "x", "²", "99999999999999"])
def test_a_lead_removes_somebody_who_is_nobody_and_reads_so(visitor, gulf, lead, number):
    page = visitor(lead).post("/chapters/gulf/leads/remove", user_id=number, version=gulf.version)
    assert page.status == 404


def test_staff_close_a_chapter_and_what_it_held_passes_on(visitor, session, gulf, staff):
    member = make_volunteer(session, chapter=gulf)
    requester = make_user(session)
    need = make_need(session, make_organisation(session, owner=requester), requester, owner=gulf)
    heir = make_chapter(session, name="Arabia chapter", slug="arabia", markets=("SA",))
    page = visitor(staff).get("/chapters/gulf/standing")
    refused = page.submit(button="Close the chapter", successor=heir.id)
    assert refused.status == 422
    assert "Say why, in a sentence." in refused.text
    page.submit(button="Close the chapter", reason="Its leads moved away.", successor=heir.id)
    assert session.get_one(Chapter, gulf.id).state is ChapterState.CLOSED
    membership = session.scalars(select(Membership).where(Membership.volunteer_id == member.id)).one()
    assert (membership.chapter_id, membership.state) == (heir.id, MembershipState.APPROVED)
    assert session.get_one(Need, need.id).owner_chapter_id == heir.id
    assert visitor().get("/chapters/gulf", follow=False).headers["Location"] == "/chapters/arabia"


def test_staff_merge_two_chapters(visitor, session, gulf, staff):
    heir = make_chapter(session, name="Arabia chapter", slug="arabia", markets=("SA",))
    visitor(staff).get("/chapters/gulf/standing").submit(button="Merge", into=heir.id)
    row = session.get_one(Chapter, gulf.id)
    assert (row.state, row.successor_id) == (ChapterState.MERGED_INTO, heir.id)


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("path", ["leads", "standing", "edit"])
def test_looking_after_a_chapter_costs_as_much_for_thirty_as_for_three(
    visitor, session, app, gulf, staff, count, path
):
    for number in range(count):
        make_lead(session, gulf)
        make_volunteer(session, chapter=gulf)
        make_chapter(session, name=f"Other {number}")
    browser = visitor(staff)
    with counted(app) as statements:
        assert browser.get(f"/chapters/gulf/{path}").status == 200
    assert len(statements) <= 8
