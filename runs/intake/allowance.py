"""How much somebody has sent lately, from the rows themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from agentops.core.models import User
from runs.models import IntakeProblem
from runs.sql import query

# Ids begin with the time: the rows are found by them, and counted by when they were made.
_APART = timedelta(minutes=5)  # at most, between the clocks of a web server and of the database
_OF_RUNS = """
SELECT coalesce(sum(b.size), 0)::bigint FROM runs_run r JOIN runs_runinput i ON i.run_id = r.id
JOIN core_blob b ON b.sha256 = i.document WHERE r.id >= %s AND r.requester_id = %s AND r.created_at >= %s
"""


def bytes_taken_in(requester: User, *, since: datetime) -> int:
    """Bytes of the files that started this person's runs or were refused to them since then."""
    first = UUID(int=int((since - _APART).timestamp() * 1000) << 80)
    ((of_runs,),) = query(_OF_RUNS, (first, requester.pk, since))
    refused = IntakeProblem.objects.filter(requester=requester, at__gte=since).aggregate(sent=Sum("size"))["sent"]
    return int(of_runs) + int(refused or 0)
