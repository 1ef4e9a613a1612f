"""`manage.py estimate`: what an agent's questions to models will take, before it is deployed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from runs import budgets
from runs.agents import Agent, UnknownAgent, agents
from runs.gateway.forecast import Forecast, as_rows, forecast
from runs.gateway.prices import table_day

DAYS = 30  # of a month


class Command(BaseCommand):
    """Tokens and money per run, day and month, prompt by prompt."""

    help = "Say what an agent's questions to models will take: tokens and money per run, day and month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent")
        parser.add_argument("--runs-per-day", type=Decimal, help="instead of as many as lately")
        parser.add_argument(
            "--loops", type=Decimal, default=Decimal(1), help="how often a run asks each prompt, if unknown"
        )
        parser.add_argument("--retries", type=Decimal, help="share of questions asked again, like 0.05")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Estimate and tell."""
        try:
            agent = agents.get(options["agent"])
        except UnknownAgent as error:
            raise CommandError(str(error)) from None
        found = forecast(agent, runs_a_day=options["runs_per_day"], loops=options["loops"], retries=options["retries"])
        if options["json"]:
            told = {"agent": agent.name, "runs_per_day": str(found.runs_a_day), "prompts": as_rows(found)}
            self.stdout.write(orjson.dumps(told).decode())
            return
        for line in self._lines(agent, found):
            self.stdout.write(line)

    def _lines(self, agent: Agent, found: Forecast) -> list[str]:
        if not found.lines:
            return [
                f"{agent.name} asks no model: nothing was asked lately, and its tools ask nothing on their examples."
            ]
        heads = f"{'prompt':25} {'model':32} system  tools  input output  x/run retries  money/run"
        lines = [heads]
        for one in found.lines:
            price = f"{one.money:10.6f}" + ("" if one.known else "  (no price known: the ceiling)")
            lines.append(
                f"{one.prompt:25.25} {one.model:32.32} {one.system:6} {one.tools:6} {one.given:6} {one.out:6}"
                f" {one.times:6.2f} {one.retries:7.0%} {price}"
            )
        source = f"measured on {found.seen} runs" if found.lines[0].measured else "tried with the tools' own examples"
        day, money = found.runs_a_day, settings.BASE_CURRENCY
        lines.append(f"{source}; prices of {table_day() or 'an unknown day'}")
        lines.append(f"per run   {found.tokens:12,.0f} tokens {found.money:12.4f} {money}{_against(agent, found)}")
        lines.append(
            f"per day   {found.tokens * day:12,.0f} tokens {found.money * day:12.4f} {money} at {day:.1f} runs"
        )
        lines.append(f"per month {found.tokens * day * DAYS:12,.0f} tokens {found.money * day * DAYS:12.2f} {money}")
        lines += [
            f"the day's money of the {name} is {cap} {money}: {_runs(cap, found.money)}"
            for name, cap in settings.MODEL_DAY_COST.items()
        ]
        return lines


def _against(agent: Agent, found: Forecast) -> str:
    most = budgets.of(agent)
    over = found.tokens > most.tokens or found.money > most.cost
    return f" of {most.tokens:,} tokens and {most.cost} a run may take" + (": TOO LITTLE" if over else "")


def _runs(cap: Decimal, money: Decimal) -> str:
    return f"{cap / money:,.0f} runs" if money else "any number of runs"
