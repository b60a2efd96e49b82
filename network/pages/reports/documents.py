"""The documents in words: what each reader is handed, on the screen, on paper and as PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from network.domain import formats
from network.domain.actor import Actor
from network.domain.values import Totals
from network.measures.letters import Document, Section, Told, record_of
from network.measures.summaries import ShortLine, short_breakdowns
from network.measures.totals import GROUPS
from network.pages.reports.choices import Asked, names_of, titles
from network.pages.reports.pictures import month_words, trend_section, world_in_words
from network.pages.reports.rows import Overview, overview, stage_words
from network.pages.reports.words import (
    attributable_in_words,
    confirmed_in_words,
    group_words,
    market_words,
    money,
)
from network.rules import network_config
from network.volunteers.queries import disclosures_of
from network.web.labels import label

IN_REPORT = ("market", "sector", "place")


def _outcomes_section(outcomes: list[Told]) -> Section:
    words = group_words()
    return Section(
        str(_("What came of it")),
        [],
        [str(one) for one in (_("What"), _("For whom"), _("Where"), _("When"), _("Standing"), _("Value"))],
        [
            [
                str(label(one.kind)),
                one.organisation,
                market_words(one.market),
                formats.short_day(one.happened_on),
                words[one.counted],
                money(one.value) if one.value is not None else "–",
            ]
            for one in outcomes
        ],
    )


def receipt(session: Session, actor: Actor, today: date) -> Document:
    """Who was given the person's details, for what and when; never the details themselves."""
    lines = disclosures_of(session, actor.user_id or 0)
    rows = [
        [
            formats.short_day(one.at),
            one.recipient,
            one.organisation or "–",
            ", ".join(one.fields.split()),
            str(label(one.purpose)),
        ]
        for one in lines
    ]
    opening = [
        _("Each time somebody was given your contact details, until %(day)s.", day=formats.day(today))
        if rows
        else _("Nobody has been given your contact details."),
    ]
    header = [str(_("When")), str(_("To whom")), str(_("Of")), str(_("What")), str(_("For what"))]
    sections = [Section(str(_("Given to")), [], header, rows)] if rows else []
    return Document(str(_("Who was given your details")), [str(one) for one in opening], sections)


def firm_record(session: Session, actor: Actor, today: date) -> Document:
    """The firm's own record of what the network led to."""
    names, outcomes = record_of(session, actor)
    opening = [
        _(
            "What the network has led to for %(names)s, until %(day)s.",
            names=", ".join(names),
            day=formats.day(today),
        ),
        ngettext("One outcome is on the record.", "%(num)s outcomes are on the record.", len(outcomes))
        if outcomes
        else _("Nothing is on the record yet."),
    ]
    worth = [one.value for one in outcomes if one.counted == "confirmed" and one.value is not None]
    if worth:
        opening.append(
            ngettext(
                "One confirmed outcome names a value", "%(num)s confirmed outcomes name a value", len(worth)
            )
            + " "
            + _("of %(total)s in all.", total=money(sum(worth)))
        )
    sections = [_outcomes_section(outcomes)] if outcomes else []
    return Document(str(_("Our record")), [str(one) for one in opening], sections)


def report_document(session: Session, actor: Actor, asked: Asked, today: date) -> Document:
    """The report of a period as one document: for a funder, a university or a chapter, within the reader's rights."""
    page = overview(session, actor, asked)
    c = page.totals["confirmed"]
    first, last = month_words(asked.scope.from_month), month_words(asked.scope.until_month)
    opening = [
        _(
            "%(network)s, %(first)s to %(last)s, as of %(day)s.",
            network=network_config().name,
            first=first,
            last=last,
            day=formats.day(today),
        ),
        confirmed_in_words(c),
        attributable_in_words(c),
    ]
    opening[1:1] = _narrowed(session, actor, asked)
    if page.cost_per_outcome is not None:
        opening.append(
            _(
                "The network cost %(cost)s in these months: %(each)s for each confirmed outcome.",
                cost=money(page.cost),
                each=money(page.cost_per_outcome),
            )
        )
    heads = titles()
    parts = [
        _breakdown_section(
            str(_("By %(what)s", what=heads[dimension].lower())),
            heads[dimension],
            lines,
            names_of(session, dimension, [line.code for line in lines]),
            on_map=dimension == "market",
        )
        for dimension, lines in short_breakdowns(session, actor, asked.scope, IN_REPORT).items()
    ]
    return Document(
        str(_("Report")),
        [str(one) for one in opening if one],
        [_groups_section(page), _funnel_section(page), trend_section(page.months), *parts],
    )


def _narrowed(session: Session, actor: Actor, asked: Asked) -> list[str]:
    """What the report is about where it is not the whole network; one statement for each kind of row that is named."""
    heads, sentences = {**titles(), "mission": _("Mission")}, []
    mine: dict[str, set[Any]] = {
        "chapter": set(actor.lead_chapter_ids),
        "university": set(actor.office_organisation_ids),
    }
    named = {**mine} if not actor.is_staff else {}
    for dimension, value in asked.scope.where:
        named[dimension] = {*named.get(dimension, ()), value}
    names = {dimension: names_of(session, dimension, codes) for dimension, codes in named.items() if codes}
    if not actor.is_staff:
        whose = [name for one, ids in mine.items() for name in sorted(names[one][code] for code in ids)]
        sentences.append(str(_("What belongs to %(whose)s is counted.", whose=_and(whose))))
    if asked.scope.where:
        chosen = [f"{heads[dimension]}: {names[dimension][value]}" for dimension, value in asked.scope.where]
        sentences.append(str(_("Only what fits this is counted. %(chosen)s.", chosen="; ".join(chosen))))
    return sentences


def _and(names: list[str]) -> str:
    """Names as a sentence has them."""
    if len(names) < 2:
        return "".join(names)
    return str(_("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1]))


def _groups_section(page: Overview) -> Section:
    words = group_words()
    header = [_("Group"), _("Number"), _("With a value"), _("Median"), _("Total"), _("Without the largest")]
    return Section(
        str(_("The groups side by side, never added together")),
        [],
        [str(one) for one in header],
        [_group_row(words[group], page.totals[group]) for group in GROUPS],
    )


def _group_row(name: str, totals: Totals) -> list[str]:
    median = money(totals.median) if totals.median is not None else "–"
    return [
        name, formats.number(totals.number), formats.number(totals.valued), median, money(totals.total),
        money(totals.total_less_largest),
    ]  # fmt: skip


def _funnel_section(page: Overview) -> Section:
    words = stage_words()
    return Section(
        str(_("From a need to a confirmed outcome")),
        [page.sentence],
        [str(_("Step")), str(_("Needs")), str(_("Median days from asking"))],
        [
            [
                str(words[stage.code]),
                formats.number(stage.count),
                "–" if stage.days is None else str(stage.days),
            ]
            for stage in page.funnel
        ],
        [(str(words[stage.code]), stage.count) for stage in page.funnel],
    )


def _breakdown_section(
    title: str, head: str, lines: list[ShortLine], names: dict[Any, str], *, on_map: bool
) -> Section:
    header = [head, _("Asked"), _("Introduced"), _("Confirmed"), _("Value")]
    confirmed = [(line.code, line.confirmed) for line in lines if line.confirmed and line.code]
    sentences = [] if lines else [str(_("Nothing in these months."))]
    if on_map and confirmed:
        sentences.append(world_in_words([(names[code], count) for code, count in confirmed]))
    return Section(
        title,
        sentences,
        [str(one) for one in header] if lines else [],
        [
            [
                names[line.code],
                formats.number(line.asked),
                formats.number(line.introduced),
                formats.number(line.confirmed),
                money(line.total) if line.total else "–",
            ]
            for line in lines[:25]
        ],
        [(names[line.code], line.confirmed) for line in lines[:10] if line.confirmed],
        world=confirmed if on_map else (),
    )
