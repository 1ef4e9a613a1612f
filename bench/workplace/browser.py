"""From the key that approves to the next item on the screen, in a real browser."""

from __future__ import annotations

import json
import os
import statistics
from contextlib import suppress
from pathlib import Path

import psycopg
from playwright.sync_api import Error, Page, sync_playwright

from bench.workplace.office import Office
from bench.workplace.places import AT_MY_DESKS, REVIEWER

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FEWEST = 2  # of which something can be said
SETTLED_MS = 600  # a key meant for the item before does nothing at first
# The clock starts at the key itself and stops when the heading at the next item's address has been through a frame,
# whether it came by a whole page or by a part of one. Kept in the session's store, which outlives the page.
WATCH = """
addEventListener("keydown", event => {
    if (event.key !== "a") return;
    sessionStorage.setItem("pressed", performance.timeOrigin + event.timeStamp);
    sessionStorage.setItem("left", location.pathname);
}, true);
const look = () => {
    const pressed = sessionStorage.getItem("pressed"), heading = document.querySelector("main h1");
    if (pressed && heading && location.pathname !== sessionStorage.getItem("left")) {
        sessionStorage.removeItem("pressed");
        requestAnimationFrame(() => setTimeout(() => {
            sessionStorage.setItem("painted", performance.timeOrigin + performance.now() - pressed);
        }));
    }
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def approvals(office: Office, rounds: int) -> dict[str, float]:
    """Milliseconds over so many approvals one after the other, as a reviewer makes them. What is approved stays so: the
    house has fewer each time. Raises `FileNotFoundError`, `RuntimeError`."""
    if not Path(CHROMIUM).exists():
        raise FileNotFoundError(f"There is no browser at {CHROMIUM}: set CHROMIUM, or give --no-browser.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        _sign_in(page, office)
        taken, seen = list[float](), list[str]()
        while len(taken) < rounds:
            if not _is_clean(page):
                if (first := _first(office, seen)) is None:
                    break
                seen.append(first)
                page.goto(f"{office.address}/reviews/{seen[-1]}/")
                _settle(page)
                continue
            taken.append(_approve(page))
        browser.close()
    if len(taken) < FEWEST:
        raise RuntimeError(f"Only {len(taken)} were left that one key approves: seed another house.")
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return {"approvals": len(taken), "p50": cuts[9], "p95": cuts[18]}


def _is_clean(page: Page) -> bool:
    """Whether one key approves what is open."""
    return page.locator("main [data-key=a]:enabled:not([data-heed])").count() > 0


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)


def _approve(page: Page) -> float:
    page.evaluate("sessionStorage.removeItem('painted')")
    page.keyboard.press("a")
    taken = _painted(page)
    _settle(page)
    return taken


def _painted(page: Page) -> float:
    """Milliseconds as the page noted them; asked for from outside, for its policy lets nothing wait inside."""
    for _ in range(300):
        page.wait_for_timeout(100)
        with suppress(Error):  # the page just went away for the next one
            if painted := page.evaluate("sessionStorage.getItem('painted')"):
                return float(painted)
    raise TimeoutError(f"No next item was painted after {page.url}.")


def _first(office: Office, seen: list[str]) -> str | None:
    """An open item at this person's desks that nothing stands against, and none of those that were opened before."""
    with psycopg.connect(office.boundless_url) as connection:
        row = connection.execute(
            f"SELECT r.id FROM reviews_review r JOIN runs_proposal p ON p.id = r.proposal_id WHERE {AT_MY_DESKS} "
            "AND r.kind = 'approval' AND r.status = 'open' AND NOT p.blocked AND p.signatures = 1 "
            "AND r.claimed_by_id IS NULL AND r.assigned_to_id IS NULL AND r.snoozed_until IS NULL "
            "AND r.amount < 10000 AND NOT r.urgent AND r.id <> ALL(%s::uuid[]) ORDER BY r.sort_at LIMIT 1",
            [seen],
        ).fetchone()
    return str(row[0]) if row else None


def _sign_in(page: Page, office: Office) -> None:
    accounts = json.loads((office.data / "demo_accounts.json").read_text())
    account = next(one for one in accounts if one["email"].startswith(REVIEWER))
    page.goto(f"{office.address}/sign-in/")
    page.fill("input[name=username]", account["email"])
    page.fill("input[name=password]", account["password"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
