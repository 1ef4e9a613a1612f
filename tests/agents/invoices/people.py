"""Persons with a duty, and what two of them do to the policy."""

from dataclasses import replace
from decimal import Decimal

from django.contrib.auth.models import Group
from django.utils import timezone

from agentops.core.models import User
from tools_registry.queries import current_policy
from tools_registry.services import confirm_policy, propose_policy


def person(role):
    user = User.objects.create_user(f"{role}{User.objects.count()}@example.org", "P")
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def confirm_a_policy(author, confirmer):
    now = timezone.now()
    grant = current_policy().grant("invoices", "post_to_accounting")
    wished = current_policy().with_grant(replace(grant, item_limit=Decimal(20_000)))
    waiting = propose_policy(to=wished, author=author, why="more", now=now).pending
    confirm_policy(pending_id=waiting.pk, confirmer=confirmer, now=now)
