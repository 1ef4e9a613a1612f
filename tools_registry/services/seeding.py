"""The empty policy that every database starts with: nothing is granted."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from tools_registry.models import PolicyHead, PolicySource, PolicyVersion
from tools_registry.policy import EMPTY_HASH, Policy


def ensure_policy(using: str = DEFAULT_DB_ALIAS, **signal: Any) -> None:
    """Make the empty policy where there is none. A receiver of `post_migrate`."""
    with transaction.atomic(using=using):
        if PolicyHead.objects.using(using).exists():
            return
        version = PolicyVersion(
            hash=EMPTY_HASH, body=Policy().as_json(), parent=None, source=PolicySource.COMMAND, loosens=False
        )
        PolicyVersion.objects.using(using).bulk_create([version], ignore_conflicts=True)
        head = PolicyHead(id=1, current_id=EMPTY_HASH)
        PolicyHead.objects.using(using).bulk_create([head], ignore_conflicts=True)
