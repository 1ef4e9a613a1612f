"""Which data of the examples a model may be told, and by whom their models are played without a key."""

from __future__ import annotations

from runs.gateway.choosing import Models
from runs.gateway.egress import Allowed, Egress

FIELDS = ("goal", "planner.*", "critic.*", "matter.*", "report.*")
# The script stands in for both tiers; with a key, name "anthropic:…" here and allow it the same fields.
SCRIPTED = Models(
    tiers={"strong": "scripted:strong", "cheap": "scripted:cheap"}, egress=Egress({"scripted": Allowed(fields=FIELDS)})
)
