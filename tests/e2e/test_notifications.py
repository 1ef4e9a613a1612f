"""The bell in a real browser: the count comes and rises, a notification is shown to who asked for it, axe is quiet."""

import json
import time

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.roles import make_role_groups
from agentops.notifications import services
from agentops.notifications.models import Item, News
from agentops.notifications.telling.courier import deliver
from reviews.services import create_desk
from tests.e2e.conftest import CHROMIUM, PASSWORD, SIZES, hang_up, sign_in

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
# A browser that was asked before and said yes, whose page can be put out of sight; it keeps what it would have shown.
WILLING = """
window.shown = [];
window.Notification = class { constructor(title, given) { window.shown.push([title, given.body]) } };
Notification.permission = "granted";
Notification.requestPermission = async () => "granted";
Object.defineProperty(document, "hidden", { get: () => window.outOfSight === true });
"""
FOUND = "axe.run().then(all => all.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 120))]))"


@pytest.fixture
def person(db):
    make_role_groups()
    user = User.objects.create_user("pia@demo.example", "Pia Hansen", PASSWORD)
    user.groups.set(Group.objects.filter(name=Role.POLICY_ADMIN.value))
    user.forget_roles()
    return user


def news(person, scope="all"):
    """One more unread line in this person's bell."""
    Item.objects.create(news=News.objects.create(event="switch.thrown", scope=scope), person=person, kind="switch")


def until(page, holds):
    """Wait for this to hold; asked from outside, for the page's own policy lets nothing be evaluated in it."""
    deadline = time.monotonic() + 45
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(50)


def signed_in(chromium, live_server, person, script=""):
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    if script:
        page.add_init_script(script)
    sign_in(context, live_server.url, person)
    page.goto(f"{live_server.url}/notifications/settings/")
    return page, faults


def test_the_count_rises_and_who_asked_is_shown_a_notification(chromium, live_server, person):
    news(person)
    page, faults = signed_in(chromium, live_server, person, WILLING)
    page.wait_for_selector("#bell [data-unread]:not([hidden])")
    assert page.inner_text("#bell [data-unread]") == "1"
    assert page.get_attribute("#bell", "aria-label") == "1 unread notification"
    assert page.inner_text("#browser-news-state") == "Off."
    page.click("#browser-news")
    until(page, "document.getElementById('browser-news-state').textContent.startsWith('On')")
    news(person, "agent:invoices")
    page.evaluate("window.outOfSight = false; document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "document.querySelector('#bell [data-unread]').textContent === '2'")
    assert page.evaluate("window.shown") == []  # somebody who looks at the page needs no other sign
    assert page.inner_text("#live") == "2 unread notifications"
    # Put out of sight just after it was asked for: the answer finds nobody looking.
    news(person, "agent:invoices")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange')); window.outOfSight = true")
    until(page, "window.shown.length === 1")
    assert page.evaluate("window.shown") == [["AgentOps", "3 unread notifications"]]
    assert faults == []
    hang_up(page.context)


def test_a_browser_that_says_no_loses_nothing(chromium, live_server, person):
    denied = WILLING.replace('permission = "granted"', 'permission = "denied"')
    page, faults = signed_in(chromium, live_server, person, denied)
    until(page, "document.getElementById('browser-news-state').textContent.includes('show none')")
    assert page.is_hidden("#browser-news")
    news(person)
    page.goto(f"{live_server.url}/notifications/")
    assert page.inner_text("main .items a") == "Kill switch thrown: everything"
    page.click("text=Mark all as read")
    page.wait_for_selector("text=1 marked as read")
    assert page.is_hidden("#bell [data-unread]")
    assert faults == []
    hang_up(page.context)


def test_axe_finds_nothing_on_these_pages(chromium, live_server, person, settings):
    settings.WEBHOOK_ORIGINS = ["http://127.0.0.1:9"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    from tools_registry.http import outside

    outside.outside_places.cache_clear()
    outside.outside_client.cache_clear()
    desk = create_desk(slug="payables", name="Accounts payable", by=Actor.system("tests"))
    made = services.make_channel(desk=desk, name="Payables", shape="slack", url="http://127.0.0.1:9/x",
                                 kinds=["urgent"], shows_amount=False, by=person, now=timezone.now())  # fmt: skip
    services.test_channel(channel_id=made.id, by=person, now=timezone.now())
    deliver()
    news(person)
    page, faults = signed_in(chromium, live_server, person)
    names = [("list",), ("settings",), ("desks",), ("desk", "payables"), ("channel", str(made.id))]
    for name, *args in names:
        page.goto(live_server.url + reverse(f"notifications:{name}", args=args))
        page.evaluate(AXE_SCRIPT)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate(FOUND)
            assert found == [], f"{name} at {width}: {json.dumps(found, indent=1)}"
    assert faults == []
    outside.outside_places.cache_clear()
    outside.outside_client.cache_clear()
    hang_up(page.context)
