"""Who is too close to a matter to have a hand in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.domain.conflict import (
    Concern,
    ConfirmerConflict,
    ConflictKind,
    Party,
    Person,
    confirmer_conflict,
    conflict_between,
    is_conflicted,
    normalise_name,
    require_unconflicted,
)
from network.domain.errors import NotAllowed

FIRM = Concern(
    organisation_ids=frozenset({7, 8}),
    organisation_names=frozenset({"Brightwater Pumps Ltd", "Brightwater"}),
    competitors=frozenset({"Deepwell GmbH"}),
    user_ids=frozenset({70}),
    volunteer_ids=frozenset({700}),
)


@pytest.mark.parametrize(
    ("party", "kind"),
    [
        (Party(user_id=70), ConflictKind.ONESELF),
        (Party(volunteer_id=700), ConflictKind.ONESELF),
        (Party(user_id=1, organisation_ids=frozenset({8})), ConflictKind.SAME_ORGANISATION),
        (Party(employers=frozenset({"BRIGHTWATER PUMPS LIMITED"})), ConflictKind.EMPLOYER),
        (Party(competitors=frozenset({"The Brightwater Pumps, plc."})), ConflictKind.COMPETITOR),
        (Party(employers=frozenset({"Deepwell"})), ConflictKind.COMPETITOR),
        (Party(user_id=1, employers=frozenset({"Elsewhere", "", "Ltd"})), None),
        (Party(), None),
    ],
)
def test_whoever_is_close_is_kept_out_and_told_why(party: Party, kind: ConflictKind | None):
    assert conflict_between(party, FIRM) is kind
    assert is_conflicted(party, FIRM) is (kind is not None)
    if kind is None:
        require_unconflicted(party, FIRM)
    else:
        with pytest.raises(NotAllowed) as refusal:
            require_unconflicted(party, FIRM)
        assert refusal.value.code == f"conflict_{kind}"


def test_names_of_which_nothing_is_left_match_nothing():
    nameless = Concern(organisation_names=frozenset({"", "...", "—"}))
    assert conflict_between(Party(employers=frozenset({"", "!!", "-"})), nameless) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH", "MULLER G.m.b.H."),
        ("Ørsted A/S", "orsted as"),
        ("Société Générale S.A.", "Societe Generale"),
        ("Smith & Sons Ltd.", "smith and sons limited"),
        ("Smith and Co", "Smith"),
        ("O'Neill Inc", "O’Neill, Inc."),
        ("The Forge Company", "Forge"),
        ("Tata Pvt. Ltd.", "TATA"),
        ("Axle Sdn Bhd", "AXLE"),
        ("Straße AG", "Strasse"),
        ("Ｋｙｏｔｏ Ｌｔｄ", "Kyoto"),
        ("株式会社カネコ", "株式会社カネコ "),
    ],
)
def test_one_name_written_two_ways_is_one_name(one: str, other: str):
    assert normalise_name(one) == normalise_name(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Acme North", "Acme South"), ("Ltd", "Inc"), ("The", "")])
def test_two_names_stay_two(one: str, other: str):
    assert normalise_name(one) != normalise_name(other)


@given(st.text(max_size=40))
def test_a_normalised_name_stays_as_it_is(name: str):
    once = normalise_name(name)
    assert normalise_name(f"{once} Ltd").startswith(once[:1])
    assert once == once.strip()


REPORTER = Person(user_id=1, email="Ana@firm.example")
HELPERS = (Person(user_id=5, volunteer_id=50, email="vol@abroad.example"),)


@pytest.mark.parametrize(
    ("confirmer", "kind"),
    [
        (Person(email="cfo@firm.example"), None),
        (Person(email=" ana@FIRM.example "), ConfirmerConflict.REPORTER),
        (Person(user_id=1), ConfirmerConflict.REPORTER),
        (Person(volunteer_id=50), ConfirmerConflict.VOLUNTEER),
        (Person(email="vol@abroad.example"), ConfirmerConflict.VOLUNTEER),
        (Person(), None),
    ],
)
def test_neither_the_reporter_nor_the_volunteer_confirms(confirmer: Person, kind: ConfirmerConflict | None):
    assert confirmer_conflict(confirmer, REPORTER, HELPERS) is kind


def test_two_people_of_whom_nothing_is_known_are_not_one():
    assert not Person().is_same_as(Person())
