"""Somebody whom no mail reaches is asked nothing, and nobody waits for them in silence."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from network.accounts.bounces import write_again
from network.domain.clock import FixedClock
from network.domain.errors import Conflict
from network.domain.states import IntroductionState
from network.introductions import operations as introductions
from network.mail.delivery import _count_failure
from network.models import Introduction, MailMessage, User
from tests.support.scene import Scene

Work = Callable[[], int]
Mails = Callable[..., list[MailMessage]]
_I = IntroductionState


def refused(address: str, said: bytes) -> Exception:
    return smtplib.SMTPRecipientsRefused({address: (550, said)})


def test_an_offer_whose_mail_comes_back_goes_to_the_next_at_once(
    scene: Scene, session: Session, clock: FixedClock, offered: Introduction, work: Work, mails: Mails
) -> None:
    behind = scene.introduce(scene.badr, _I.PROPOSED, position=1)
    amina = session.get_one(User, scene.amina.user_id)
    work()
    [mail] = mails(event="introduction_offered")
    # A server that wants no mail of ours says nothing of the address.
    for said, marked in ((b"5.7.1 Blocked", False), (b"5.1.1 No such user here", True)):
        _count_failure(session, mail.id, 0, refused(amina.email, said), clock.now())
        work()
        session.refresh(amina)
        assert (amina.mail_bounced_at is not None) is marked
    for row in (offered, behind):
        session.refresh(row)
    assert (offered.state, offered.state_reason) == (_I.WITHDRAWN, "unreachable")
    assert behind.state is _I.OFFERED
    [told] = mails(event="introduction_not_available")
    assert told.to_address == scene.owner.email
    assert "came back" not in told.text


def test_nobody_whom_no_mail_reaches_is_asked_until_it_does(
    scene: Scene, session: Session, clock: FixedClock, work: Work
) -> None:
    amina = session.get_one(User, scene.amina.user_id)
    amina.mail_bounced_at = clock.now()
    row = scene.introduce(scene.amina, _I.PROPOSED)
    assert introductions.run_cascade(session, scene.need, clock.now()) == []
    with pytest.raises(Conflict):
        introductions.offer(session, scene.broker, row, now=clock.now())
    write_again(session, scene.volunteer_actor(scene.amina), amina.id, now=clock.now())
    session.commit()
    work()
    session.refresh(row)
    assert row.state is _I.OFFERED
