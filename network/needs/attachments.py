"""Papers of a need: taken by content and not by name, kept under random names, read by whom the need allows."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from network.audit.operations import record
from network.audit.quiet import set_quietly
from network.domain.actor import Actor
from network.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from network.domain.introduction_moves import CONTACTS_SHARED
from network.domain.states import Confidentiality, NeedState
from network.domain.text import clean_line
from network.models import Introduction, Need, NeedAttachment, OutcomeAttachment
from network.needs.policy import (
    can_ask_for_need,
    needs_asked_by,
    needs_visible_to,
    needs_watched_by,
)
from network.needs.queries import lock_need
from network.outbox.queue import enqueue
from network.outbox.registry import handles, periodic

LARGEST = 5 * 1024 * 1024
MOST = 5
LONGEST_NAME = 80
# Later the need was read and opened with what it had.
OPEN_TO_PAPERS = frozenset({NeedState.DRAFT, NeedState.SUBMITTED, NeedState.IN_TRIAGE, NeedState.NEEDS_INFO})
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
_BEGINS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
# A paper that runs something when it is opened is no paper.
_ACTS = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)\b")
_STORED = re.compile(r"[0-9a-f]{32}")
Paper = TypeVar("Paper", NeedAttachment, OutcomeAttachment)


def attachments_readable_by(actor: Actor) -> ColumnElement[bool]:
    """Papers of needs the actor sees; those that wait for its two sides once introduced, and for brokers."""
    if actor.user_id is None:
        return NeedAttachment.id.is_(None)
    seen = NeedAttachment.need_id.in_(select(Need.id).where(needs_visible_to(actor)))
    inside = select(Need.id).where(or_(needs_asked_by(actor), needs_watched_by(actor)))
    parts: list[ColumnElement[bool]] = [
        _shown_before_yes(),
        NeedAttachment.need_id.in_(inside),
    ]
    if actor.volunteer_id is not None:
        introduced = select(Introduction.need_id).where(
            Introduction.volunteer_id == actor.volunteer_id, Introduction.state.in_(sorted(CONTACTS_SHARED))
        )
        parts.append(NeedAttachment.need_id.in_(introduced))
    return and_(seen, or_(*parts))


def _shown_before_yes() -> ColumnElement[bool]:
    """Papers that a volunteer may open before details are exchanged: none of a confidential need."""
    named = select(Need.id).where(Need.confidentiality == Confidentiality.OPEN)
    return and_(~NeedAttachment.confidential, NeedAttachment.need_id.in_(named))


def attachments_of(session: Session, actor: Actor, need_id: int) -> list[NeedAttachment]:
    """The papers of a need that the actor may read, oldest first."""
    query = select(NeedAttachment).where(NeedAttachment.need_id == need_id, attachments_readable_by(actor))
    return list(session.scalars(query.order_by(NeedAttachment.id)))


def papers_before_yes(session: Session, actor: Actor, need_id: int) -> list[NeedAttachment]:
    """The papers that a volunteer may open before details are exchanged, whatever else the actor may read."""
    query = select(NeedAttachment).where(
        NeedAttachment.need_id == need_id, attachments_readable_by(actor), _shown_before_yes()
    )
    return list(session.scalars(query.order_by(NeedAttachment.id)))


def papers_of(actor: Actor, need_id: Any) -> ScalarSelect[int]:
    """Inside a select: how many papers of a need the actor may read."""
    query = select(func.count(NeedAttachment.id)).where(
        NeedAttachment.need_id == need_id, attachments_readable_by(actor)
    )
    return query.scalar_subquery()


def count_shareable(session: Session, need: Need) -> int:
    """How many papers a volunteer may open before details are exchanged."""
    query = select(func.count(NeedAttachment.id)).where(
        NeedAttachment.need_id == need.id, _shown_before_yes()
    )
    return session.scalar(query) or 0


def get_attachment(session: Session, actor: Actor, need_id: int, attachment_id: int) -> NeedAttachment:
    """The paper, if the actor may read it; NotFound otherwise."""
    found = session.scalar(
        select(NeedAttachment).where(
            NeedAttachment.id == attachment_id,
            NeedAttachment.need_id == need_id,
            attachments_readable_by(actor),
        )
    )
    if found is None:
        raise NotFound("no_paper", "There is no such paper, or it is not for you to see.")
    return found


def can_add_papers(actor: Actor, need: Need) -> bool:
    """Whether the actor may add and take away papers: the asking side, until the need is open."""
    return need.state in OPEN_TO_PAPERS and can_ask_for_need(actor, need)


def add_attachment(
    session: Session,
    actor: Actor,
    need: Need,
    content: bytes,
    name: str,
    *,
    confidential: bool,
    now: datetime,
) -> NeedAttachment:
    """The file goes with the need: what it is is told from its content, whatever it is called.

    With a confidential need it waits for the introduction, also where the need is opened to all later.
    """
    held = lock_need(session, need.id)
    if not can_ask_for_need(actor, held):
        raise NotAllowed("not_yours", "Only the side that asks adds papers.")
    if held.state not in OPEN_TO_PAPERS:
        raise Conflict("need_open", "This was read and opened with the papers it had.")
    waits = confidential or held.confidentiality is Confidentiality.CONFIDENTIAL
    paper = NeedAttachment(need_id=held.id, confidential=waits)
    beside = select(func.count(NeedAttachment.id)).where(NeedAttachment.need_id == held.id)
    keep_paper(session, actor, paper, content, name, beside=beside, whole="A need", now=now)
    set_quietly(session, held, papers=held.papers + 1)
    record(session, actor, "need.add_paper", "need", held.id, now=now)
    return paper


def remove_attachment(
    session: Session, actor: Actor, need: Need, paper: NeedAttachment, *, now: datetime
) -> None:
    """The paper is gone from the need, and its file a moment later."""
    if not can_add_papers(actor, need):
        raise NotAllowed("not_yours", "Only the side that asks takes papers away, until the need is open.")
    enqueue(session, "paper.removed", now=now, stored=paper.stored)
    session.delete(paper)
    set_quietly(session, need, papers=max(need.papers - 1, 0))
    record(session, actor, "need.remove_paper", "need", need.id, now=now)
    session.flush()


def keep_paper(
    session: Session,
    actor: Actor,
    paper: Paper,
    content: bytes,
    name: str,
    *,
    beside: Select[int],
    whole: str,
    now: datetime,
) -> Paper:
    """The file is kept and the paper stands for it, told by its content and under a plain name.

    `beside` counts the papers that are there already, `whole` names what they belong to. Raises Invalid for
    what is no paper of ours, and where there are as many as there may be.
    """
    kind = kind_of(content)
    if (session.scalar(beside) or 0) >= MOST:
        raise Invalid("too_many", f"{whole} has {MOST} papers at most. Take one away first.", "file")
    paper.uploaded_by_id, paper.created_at = actor.user_id, now
    paper.name, paper.kind, paper.size = plain_name(name, kind), kind, len(content)
    paper.stored = secrets.token_hex(16)
    keep_file(paper.stored, content)
    session.add(paper)
    session.flush()
    return paper


def kind_of(content: bytes) -> str:
    """What a file is by its content; raises Invalid for what is empty, too large, or none of ours."""
    if not content:
        raise Invalid("empty", "This file is empty.", "file")
    if len(content) > LARGEST:
        raise Invalid("too_large", "A paper has 5 MB at most.", "file")
    kind = next((kind for begins, kind in _BEGINS if content.startswith(begins)), None)
    if kind is None and content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "webp"
    if kind is None:
        raise Invalid("kind", "Choose a PDF, or a picture as PNG, JPEG or WebP.", "file")
    if kind == "pdf" and _ACTS.search(content):
        words = "This PDF runs something when it is opened. Print it into a new PDF, and add that one."
        raise Invalid("acts", words, "file")
    return kind


def plain_name(name: str, kind: str) -> str:
    """The last part of the name without anything a folder or a header could take amiss, and the true ending."""
    last = re.split(r"[/\\]", name)[-1].rpartition(".")
    stem = "".join(sign for sign in (last[0] or last[2]) if sign.isalnum() or sign in " -_().")
    return f"{clean_line(stem)[:LONGEST_NAME].strip(' .') or 'paper'}.{'jpg' if kind == 'jpeg' else kind}"


# --- the files --------------------------------------------------------------------------


def path_of(stored: str) -> Path:
    """Where a file lies; only names of ours lead anywhere."""
    if not _STORED.fullmatch(stored):
        raise ValueError("not a name of ours")
    return _folder() / stored


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "papers"


def keep_file(stored: str, content: bytes) -> None:
    """Whole or not at all, for its owner alone; a full disk refuses the paper and nothing else."""
    path = path_of(stored)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Invalid(
            "not_kept", "The file could not be kept just now. Try again in a while.", "file"
        ) from error


@handles("paper.removed")
def forget_file(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The file goes once nothing leads to it any more."""
    path_of(payload["stored"]).unlink(missing_ok=True)


@periodic("needs.papers", timedelta(days=1))
def forget_lost_files(session: Session, now: datetime) -> None:
    """Files of needs and outcomes that went, or of papers that were refused after all, go after a day."""
    if not _folder().is_dir():
        return
    known = set(session.scalars(select(NeedAttachment.stored)))
    known |= set(session.scalars(select(OutcomeAttachment.stored)))
    yesterday = now.timestamp() - 86400
    for path in sorted(_folder().iterdir()):
        if path.name not in known and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
