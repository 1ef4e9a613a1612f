"""Writing down the tools that the running code declares."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from tools_registry.models import Tool, ToolVersion
from tools_registry.registry import registry


def sync_tools(using: str = DEFAULT_DB_ALIAS, **signal: Any) -> int:
    """Record each registered tool's version and make it the current one; says how many were new."""
    specs = sorted(registry.tools.values(), key=lambda spec: spec.name)
    with transaction.atomic(using=using):
        known = set(ToolVersion.objects.using(using).values_list("hash", flat=True))
        new = [
            ToolVersion(
                hash=spec.version,
                name=spec.name,
                schema=spec.schema,
                impact=spec.impact.value,
                effect=spec.effect.value,
                revision=spec.revision,
                connector=spec.connector,
            )
            for spec in specs
            if spec.version not in known
        ]
        ToolVersion.objects.using(using).bulk_create(new, ignore_conflicts=True)
        Tool.objects.using(using).bulk_create(
            [Tool(name=spec.name, current_id=spec.version) for spec in sorted(specs, key=lambda spec: spec.name)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["current"],
        )
    return len(new)
