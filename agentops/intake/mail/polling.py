"""One look into a mailbox: finish what was kept, fetch what is new, put away what is done.

In this order a crash at any point repeats harmlessly: a mail leaves the folder only when its row says what became
of it, and until then its bytes are a blob and its row is there, or it lies on the server as it did.
"""

from __future__ import annotations

from datetime import datetime

from agentops.intake import starters
from agentops.intake.lifecycle import MailStatus
from agentops.intake.mail import caps
from agentops.intake.mail.answering import acknowledge
from agentops.intake.mail.keeping import Place, keep
from agentops.intake.mail.server import MailboxAway, NotHandedOver, Server, opened
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail, Mailbox
from runs.points import point

MOST = 50  # new mails of one look; the rest are due at once
MOVED_AT_ONCE = 200


def look(mailbox: Mailbox, now: datetime) -> tuple[bool, str]:
    """Whether there is more at once, and what is wrong though mails are taken; raises `MailboxAway`."""
    if refusal := starters.why_not(mailbox.requester):
        raise MailboxAway(f"{refusal} Choose another service user for this mailbox.")
    for mail in Mail.objects.filter(mailbox=mailbox, status=MailStatus.STORED).order_by("at")[:MOST]:
        work_through(mail, now=now)
    with opened(mailbox) as server:
        there = server.uids()
        known = _known(mailbox, server.uidvalidity)
        new = [uid for uid in there if uid not in known]
        put_away = [uid for uid in there if uid in known]
        warning = server.file_away(put_away[:MOVED_AT_ONCE])
        for uid in new[:MOST]:
            try:
                if not _taken(mailbox, server, uid, now):
                    continue
            except NotHandedOver as refused:  # one mail that the server cannot read holds up none of the others
                warning = str(refused)
                continue
            point("mail.before_move")
            warning = server.file_away([uid]) or warning
            point("mail.moved")
    return len(new) > MOST, warning


def _known(mailbox: Mailbox, uidvalidity: int) -> set[int]:
    """The mails of this server that are finished; none of them is fetched again, whoever read or moved it."""
    rows = Mail.objects.filter(mailbox=mailbox, uidvalidity=uidvalidity).exclude(status=MailStatus.STORED)
    return {uid for uid in rows.values_list("uid", flat=True) if uid is not None}


def _taken(mailbox: Mailbox, server: Server, uid: int, now: datetime) -> bool:
    """Keep a mail and work it through; False if it has gone meanwhile."""
    size = server.size(uid)
    whole = size is not None and size <= caps.MAIL_BYTES
    raw = None if size is None else server.raw(uid, headers=not whole)
    if raw is None:
        return False
    place = Place(mailbox, server.uidvalidity, uid)
    mail = keep(
        raw,
        agent=mailbox.agent,
        desk=mailbox.desk,
        requester=mailbox.requester,
        now=now,
        place=place,
        size=size,
    )
    mail = work_through(mail, now=now)
    if mailbox.acknowledge and mail.status == MailStatus.DONE:
        acknowledge(mail, raw, mailbox, now=now)
    return True
