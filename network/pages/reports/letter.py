"""The volunteer's private letter: what their help was worth, in the words of those who were helped."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from network.domain import formats
from network.domain.actor import Actor
from network.measures.giving import Contributed, Given, given_by
from network.measures.letters import Document, Section
from network.pages.reports.words import group_words, market_words, money
from network.rules import network_config
from network.web.labels import label


def letter(session: Session, actor: Actor, today: date) -> Document:
    """What a volunteer gave, every confirmed outcome they had a part in, what stands beside these, and the thanks."""
    given, network = given_by(session, actor), network_config()
    confirmed = [one for one in given.outcomes if one.counted == "confirmed"]
    others = [one for one in given.outcomes if one.counted != "confirmed"]
    opening = [
        _("Dear %(name)s,", name=given.name),
        _(
            "this is what your help has led to, as of %(day)s. Nobody but you is shown this letter.",
            day=formats.day(today),
        ),
        _helped(given),
    ]
    sections = []
    if confirmed:
        opening.append(_counted(given, len(confirmed)))
        sections.append(_confirmed_section(confirmed))
    if others:
        sections.append(_others_section(others))
    if given.thanks:
        sections.append(
            Section(str(_("In their words")), [f"“{words}” – {firm}" for words, firm in given.thanks])
        )
    return Document(
        str(_("What your help has led to")),
        [str(one) for one in opening],
        sections,
        str(network.wording.mail_sign_off),
    )


def _counted(given: Given, number: int) -> str:
    """How many outcomes are confirmed, and the volunteer's part of them, with its value where anybody names one."""
    words = ngettext(
        "One outcome is confirmed by the one who benefited.",
        "%(num)s outcomes are confirmed by those who benefited.",
        number,
    )
    if not given.part:
        return str(words)
    part = (
        _(
            "Shared evenly with everybody who helped, your part is %(part)s of them, worth %(value)s.",
            part=given.part,
            value=money(given.value),
        )
        if given.value
        else _("Shared evenly with everybody who helped, your part is %(part)s of them.", part=given.part)
    )
    return f"{words} {part}"


def _helped(given: Given) -> str:
    """How much the volunteer gave, in one sentence."""
    if not given.introductions:
        nobody = _("Nobody has been introduced to you yet.")
        later = _("Once you have helped somebody, this letter says what it led to.")
        return str(nobody) if given.outcomes else f"{nobody} {later}"
    return str(
        ngettext(
            "You have helped one organisation", "You have helped %(num)s organisations", given.organisations
        )
        + ngettext(" through one introduction", " through %(num)s introductions", given.introductions)
        + ngettext(", in one meeting", ", in %(num)s meetings", given.meetings)
        + (
            _(" and about %(hours)s hours.", hours=formats.number(round(given.minutes / 60, 1)))
            if given.minutes
            else "."
        )
    )


def _confirmed_section(outcomes: list[Contributed]) -> Section:
    header = [_("What"), _("For whom"), _("Where"), _("When"), _("Your part"), _("Value")]
    return Section(
        str(_("Confirmed by those who benefited")),
        [],
        [str(one) for one in header],
        [[*_begin(one), _role_words(one), _worth(one)] for one in outcomes],
    )


def _others_section(outcomes: list[Contributed]) -> Section:
    words = group_words()
    header = [_("What"), _("For whom"), _("Where"), _("When"), _("Standing"), _("Value")]
    return Section(
        str(_("Of your introductions, not confirmed by those who benefited")),
        [],
        [str(one) for one in header],
        [[*_begin(one), words[one.counted], _worth(one)] for one in outcomes],
    )


def _begin(one: Contributed) -> list[str]:
    return [
        str(label(one.kind)),
        one.organisation or str(_("A firm not named here")),
        market_words(one.market),
        formats.short_day(one.happened_on),
    ]


def _role_words(one: Contributed) -> str:
    """The part somebody had in it, as they are addressed."""
    words = {
        "volunteer": _("You helped"),
        "broker": _("You brokered it"),
        "adviser": _("You advised"),
        "": _("You were introduced"),
    }
    return str(words[one.role])


def _worth(one: Contributed) -> str:
    return money(one.value) if one.value is not None else "–"
