"""The groups that stand for roles are made here, and only here."""

from typing import Any

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS

from agentops.core.permissions import Role


def make_role_groups(using: str = DEFAULT_DB_ALIAS, apps: Any = installed, **signal: Any) -> None:
    """One group for each role; those that exist stay as they are. A receiver of `post_migrate`."""
    group = apps.get_model("auth", "Group")
    there = set(group.objects.using(using).values_list("name", flat=True))
    group.objects.using(using).bulk_create([group(name=role.value) for role in Role if role.value not in there])
