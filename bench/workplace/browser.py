"""From the key that approves to the next item on the screen, in a real browser."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench.workplace.office import Office
from bench.workplace.places import AT_MY_DESKS, REVIEWER

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
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
    """Milliseconds over so many approvals one after the other, as a reviewer makes them; raises `FileNotFoundError`."""
    if not Path(CHROMIUM).exists():
        raise FileNotFoundError(f"There is no browser at {CHROMIUM}: set CHROMIUM, or give --no-browser.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        _sign_in(page, office)
        page.goto(f"{office.address}/reviews/{_first(office)}/")
        taken = [one for _ in range(rounds) if (one := _approve(page, office)) is not None]
        browser.close()
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return {"approvals": len(taken), "p50": cuts[9], "p95": cuts[18]}


def _approve(page: Page, office: Office) -> float | None:
    """One item; None where it may not be approved, and the next one is opened."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    if not page.locator("[data-key=a]:enabled:not([data-heed])").count():
        page.goto(f"{office.address}/reviews/{_first(office)}/")
        return None
    page.evaluate("sessionStorage.removeItem('painted')")
    page.keyboard.press("a")
    page.wait_for_function("sessionStorage.getItem('painted')", timeout=30_000)
    return float(page.evaluate("sessionStorage.getItem('painted')"))


def _first(office: Office) -> str:
    """An open item at this person's desks that nothing stands against."""
    with psycopg.connect(office.boundless_url) as connection:
        row = connection.execute(
            f"SELECT r.id FROM reviews_review r JOIN runs_proposal p ON p.id = r.proposal_id WHERE {AT_MY_DESKS} "
            "AND r.kind = 'approval' AND r.status = 'open' AND NOT p.blocked AND p.signatures = 1 "
            "AND r.claimed_by_id IS NULL AND r.assigned_to_id IS NULL AND r.snoozed_until IS NULL "
            "AND r.amount < 10000 ORDER BY r.urgent DESC, r.sort_at LIMIT 1"
        ).fetchone()
    assert row
    return str(row[0])


def _sign_in(page: Page, office: Office) -> None:
    accounts = json.loads((office.data / "demo_accounts.json").read_text())
    account = next(one for one in accounts if one["email"].startswith(REVIEWER))
    page.goto(f"{office.address}/sign-in/")
    page.fill("input[name=username]", account["email"])
    page.fill("input[name=password]", account["password"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
