"""The life of a mail.

It is `stored` once its bytes are safe and its row is there. It is `done` when every attachment has its arrival (a run,
a refusal, or a note why it is no document). What gave neither a run nor a refusal goes to `triage`, where a person
assigns it to an agent (it is worked through again, from `stored`) or closes it. A `twin` is the same bytes a second
time: it has its row so that nobody wonders, and nothing follows from it.
"""

from django.db import models

from agentops.core.transitions import Transitions


class MailStatus(models.TextChoices):
    """Where a mail stands."""

    STORED = "stored"
    DONE = "done"
    TRIAGE = "triage"
    CLOSED = "closed"
    TWIN = "twin"


MAIL = Transitions(
    {
        MailStatus.STORED: {MailStatus.DONE, MailStatus.TRIAGE},
        MailStatus.TRIAGE: {MailStatus.STORED, MailStatus.CLOSED},
    }
)
