"""The operators' and administrators' pages in a real browser: with scripts, without, light on a desk, dark on a phone.

With `SHOTS=folder` each page is also kept as a picture in light, and dark at phone width.
"""

import os
from decimal import Decimal

import pytest
from django.utils import timezone

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.roles import make_role_groups
from runs import services as run_services
from runs.agents import agents
from tests.e2e.conftest import CHROMIUM, PASSWORD, SIZES, hang_up, sign_in
from tools_registry import services
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.policy import Policy

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


@pytest.fixture
def house(db):
    """A policy, people of the roles, and three runs."""
    from django.contrib.auth.models import Group

    make_role_groups()
    run_services._version.cache_clear()  # the flush after the test before took the versions away
    tool = agents.get("invoices").tools[-1]
    policy = Policy().with_grant(Grant("invoices", tool, Mode.AUTO, item_limit=Decimal(10_000)))
    services.change_policy_by_command(to=policy, why="start", now=timezone.now())
    people = {}
    for name, *roles in (
        ("Ines Duarte", Role.POLICY_ADMIN),
        ("Henrik Olsen", Role.POLICY_ADMIN),
        ("Sofia Lind", Role.OPERATOR),
        ("Ruth Adeyemi", Role.USER_ADMIN),
        ("Maria Keller", Role.CONTROLLER),
    ):
        person = User.objects.create_user(f"{name.split()[0].lower()}@demo.example", name, PASSWORD)
        person.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        people[name.split()[0].lower()] = person
    for number in range(3):
        run_services.start_run(
            agent="invoices",
            requester=people["sofia"],
            goal="Post the invoice",
            given={},
            subject=f"Nordwind NW-{number}",
        )
    return people


@pytest.fixture
def visit(chromium, live_server, house):
    """Opens a page as somebody who is signed in; fails on anything the browser complains of."""
    opened, complaints = [], []

    def go(who, path, *, look="light", scripts=True):
        width, height = SIZES[look]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light" if look == "light" else "dark",
            java_script_enabled=scripts,
        )
        opened.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(context, live_server.url, User.objects.get(email=f"{who}@demo.example"))
        page.goto(live_server.url + path)
        return page

    yield go
    for context in opened:
        hang_up(context)
    assert complaints == []


PAGES = [
    ("sofia", "/runs/"),
    ("sofia", "/runs/new/"),
    ("sofia", "/runs/unusual/"),
    ("sofia", "/runs/{run}/"),
    ("sofia", "/audit/?show=policy/1"),
    ("ines", "/permissions/"),
    ("ruth", "/people/{maria}/"),
]


@pytest.mark.parametrize("look", SIZES)
def test_every_page_opens_without_a_complaint_and_fits_its_width(visit, house, look):
    from runs.models import Run

    names = {"run": Run.objects.latest("number").number, "maria": house["maria"].pk}
    for who, path in PAGES:
        page = visit(who, path.format(**names), look=look)
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[look][0], path
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{path.strip('/').split('/')[0]}-{path.count('/')}-{look}.png")


def test_a_cell_is_changed_in_place_and_the_loosening_waits_below(visit, house):
    page = visit("ines", "/permissions/")
    cell = f"#cell-invoices-{agents.get('invoices').tools[-1]}"
    page.click(f"{cell} a.cell")
    page.fill(f"{cell} input[name=item_limit]", "15,000")
    page.fill(f"{cell} input[name=why]", "volume has doubled")
    page.click(f"{cell} button:has-text('Change')")
    page.wait_for_selector("#pending .waiting")
    assert "15,000.00 EUR" in page.inner_text("#pending")
    assert "1 change waits for a second administrator" in page.inner_text("#toasts")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/permissions-changed.png")

    other = visit("henrik", "/permissions/")
    other.click("#pending button:has-text('Confirm')")
    other.wait_for_load_state("load")
    assert "up to 15,000.00 EUR" in other.inner_text(cell)


def test_without_scripts_a_cell_is_changed_and_a_run_cancelled(visit, house):
    page = visit("ines", "/permissions/", scripts=False)
    cell = f"#cell-invoices-{agents.get('invoices').tools[-1]}"
    page.click(f"{cell} a.cell")
    page.fill(f"{cell} input[name=item_limit]", "5000")
    page.fill(f"{cell} input[name=why]", "to be careful")
    page.click(f"{cell} button:has-text('Change')")
    assert "up to 5,000.00 EUR" in page.inner_text(cell)

    runs = visit("sofia", "/runs/", scripts=False)
    runs.click("#run-rows a.row >> nth=0")
    runs.click("a:has-text('Cancel run')")
    runs.fill("#why", "wrong company")
    runs.click("button:has-text('Cancel the run')")
    assert "Cancelled" in runs.inner_text("main")


def test_the_theme_button_works_with_and_without_scripts(visit):
    for scripts in (True, False):
        page = visit("sofia", "/runs/", scripts=scripts)
        page.click("[aria-label='Switch light or dark theme']")
        page.reload()
        assert page.get_attribute("html", "data-theme") == "dark"


def test_an_event_opens_beside_the_list_and_its_address_can_be_shared(visit):
    page = visit("sofia", "/audit/?stream=policy")
    page.click("#events a.row >> nth=0")
    page.wait_for_selector("#event h2:has-text('policy.changed')")
    assert "show=policy" in page.url
    page.reload()
    assert "policy.changed" in page.inner_text("#event")
