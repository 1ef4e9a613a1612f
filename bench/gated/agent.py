"""The workload's agent: extract, two reads together, validate, and a posting behind the gate."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bench.gated import tools, workload
from runs.agents import Agent, Assessment, Goal, Planned, Ref, StageTable
from tools_registry.facts import Check
from tools_registry.kinds import Severity

TOOLS = (
    *("bench_extract", "bench_query_purchase_orders", "bench_check_duplicate", "bench_validate"),
    "bench_post",
)


class GatedAgent(Agent):
    """What every engine of the comparison does, with this project's gate, evidence and trail around it."""

    name = "bench"
    label = "Benchmark"
    desk = "bench"
    code_version = "1"
    tools = TOOLS
    stages = StageTable(
        moves={
            "reading": frozenset({"posting"}),
            "posting": frozenset({"complete"}),
            "complete": frozenset(),
        },
        tools={"reading": frozenset(TOOLS[:4]), "posting": frozenset(TOOLS[4:])},
        first="reading",
        last="complete",
    )

    _plan = (
        Planned("extract", "bench_extract", {"invoice": Ref("input")}, "reading"),
        Planned(
            "query_purchase_orders",
            "bench_query_purchase_orders",
            {"vendor": Ref("extract.vendor"), "po_number": Ref("extract.po_number")},
            "reading",
            together="lookups",
        ),
        Planned(
            "check_duplicate",
            "bench_check_duplicate",
            {"vendor": Ref("extract.vendor"), "invoice_no": Ref("extract.invoice_no")},
            "reading",
            together="lookups",
        ),
        Planned(
            "validate",
            "bench_validate",
            {
                "amount": Ref("extract.amount"),
                "orders": Ref("query_purchase_orders.orders"),
                "duplicates": Ref("check_duplicate.count"),
            },
            "reading",
        ),
        Planned(
            "post",
            "bench_post",
            {
                **{name: Ref(f"extract.{name}") for name in ("run_id", "invoice_no", "vendor", "amount", "t0")},
                "seen": {"posted": Ref("check_duplicate.count")},
            },
            "posting",
        ),
    )

    def plan(self, goal: Goal) -> Sequence[Planned]:
        return self._plan

    def assess(
        self,
        label: str,
        actions: Sequence[tuple[Planned, Mapping[str, Any]]],
        results: Mapping[str, Mapping[str, Any]],
        goal: Goal,
    ) -> Assessment:
        read, orders, found = (
            results["extract"],
            results["query_purchase_orders"]["orders"],
            results["validate"],
        )
        return Assessment(
            sentence=f"Post invoice {read['invoice_no']} from {read['vendor']} over {read['amount']} EUR.",
            checks=(
                Check(
                    *(
                        "duplicate",
                        "invoice_no",
                        "not posted",
                        "posted" if found["duplicate"] else "not posted",
                    ),
                    *(not found["duplicate"], Severity.BLOCKS, "duplicate"),
                ),
            ),
            confidence=Decimal(str(found["confidence"])),
            counterparty=read["vendor"],
            fields=tuple(
                {
                    "name": name,
                    "label": name,
                    "value": str(read[name]),
                    "source": {"kind": "document", "page": 1},
                }
                for name in ("invoice_no", "vendor", "po_number", "amount", "currency")
            ),
            evidence=tuple(
                {"title": order["po_number"], "kind": "order", "ref": order["po_number"], "score": "exact"}
                for order in orders
            ),
            facets={"document": read["run_id"]},
        )


__all__ = ["GatedAgent", "tools", "workload"]
