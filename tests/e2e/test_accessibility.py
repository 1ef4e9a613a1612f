"""axe-core finds nothing to say about any page: light on a desk, and dark at the width of a phone.

Pages are found as people find them, by following links from where they start; the table of access says which there
are, and a page that nobody reaches fails the test. axe comes with the package axe-playwright-python.
"""

import json
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.demo.identifiers import iban
from agentops.core.models import User
from agentops.core.tokens.services import create_token
from agentops.demo.people import INBOX
from agentops.webhooks.services import make_source
from runs.intake import take_in
from tests.e2e.conftest import CHROMIUM, SIZES
from tests.stories.conftest import empty_house, house, open_house, working  # noqa: F401
from tests.web.access_table import OWN_LOCK, TABLE

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]
# Who has the most to do on a page opens it first.
PEOPLE = ("maria.keller", "anna.lindqvist", "vera.novak", "paul.martin", "ulla.berg", "pia.hansen", "oskar.lang",
          "aisha.rahman")  # fmt: skip
# Answers that are no page of their own: files, parts of pages, redirections.
NO_PAGE = {
    *("healthz", "readyz", "start", "queue_next", "queue_arrived", "audit:export", "permissions:export"),
    *("permissions:cell", "intake:original", "ways:original", "invoices:bank_file", "notifications:count"),
    *("notifications:look", "documents:page", "documents:find", "documents:words"),
}
# Pages about something that this house does not have: a mail, an endpoint, a vendor's new account, a ticket.
WITHOUT_A_CASE = {
    *("ways:edit", "ways:mail", "intake:mail", "webhooks:endpoint", "notifications:channel", "invoices:change"),
    *("invoices:load", "invoices:ask_from_run", "invoices:release", "support:ticket", "support:rate"),
}
VIOLATIONS = """results => results.violations.map(found => [found.id, found.help,
    found.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + " · " + (node.any[0]?.message || ""))])"""
QUICKLY = json.dumps({"resultTypes": ["violations"]})


class Walk:
    """What was opened so far, by the name of its view, and what axe said."""

    def __init__(self, chromium, url, office):
        self.chromium, self.url, self.office = chromium, url, office
        self.seen, self.faults = {}, {}

    def along(self, name, *first):
        """Follow links as this person until nothing new is found."""
        page = self._signed_in(name)
        waiting, wanted = [*first, "/"], {*first, "/"}  # where a person starts is opened for each of them
        while waiting:
            address = waiting.pop(0)
            view = name_of(address)
            if not view or (address not in wanted and (view in NO_PAGE or view in self.seen)):
                continue
            wanted.discard(address)  # once, however many pages lead there
            answer = page.goto(self.url + address)
            if not answer.ok:
                continue
            self.seen.setdefault(view, address)
            if "<html" not in answer.text()[:500]:
                continue  # a part of a page
            self.seen.setdefault(name_of(urlsplit(page.url).path), address)  # where it led to
            self.look_at(page, address)
            waiting += page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        page.context.close()

    def look_at(self, page, address):
        """Two looks at one page, which is loaded once: light on a desk, and dark on a phone."""
        page.evaluate(AXE_SCRIPT)
        for look, scheme in (("phone", "dark"), ("light", "light")):
            page.set_viewport_size(dict(zip(("width", "height"), SIZES[look], strict=True)))
            page.emulate_media(color_scheme=scheme)
            for rule, told, nodes in page.evaluate(f"axe.run({QUICKLY}).then({VIOLATIONS})"):
                self.faults.setdefault(f"{rule}: {told}", {}).setdefault(f"{address} ({look}, {scheme})", nodes)

    def _signed_in(self, name):
        page = self.chromium.new_context().new_page()
        page.goto(f"{self.url}/sign-in/?next=/nothing/")
        if "sign_in" not in self.seen:
            self.seen["sign_in"] = "/sign-in/"
            self.look_at(page, "/sign-in/")
        page.fill("#email", self.office.accounts[name].email)
        page.fill("#password", self.office.password(name))
        with page.expect_navigation():  # a page opened before the answer is there would break the sign-in off
            page.click("button:has-text('Sign in')")
        assert page.url.endswith("/nothing/"), f"{name} is not signed in"
        return page


def name_of(address):
    """The view behind an address of ours, or nothing."""
    parts = urlsplit(address or "")
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return ""
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return ""


def test_axe_finds_nothing_on_any_page(open_house, chromium, live_server):  # noqa: F811
    big = open_house.send(documents.write(open_house.bill("30000.00"), "pdf-text"), kind="pdf")
    blocked = open_house.send(open_house.bill("400.00", iban=iban("DE", "0411870999")))
    reviews = [open_house.waiting(run) for run in (big, blocked)]
    maria, pia, inbox, now = (*map(open_house.person, ("maria.keller", "pia.hansen")), inbox_user(), timezone.now())
    take_in(agent="invoices", data=b"MZ", name="a.exe", requester=maria, now=now)
    create_token(owner=maria, name="Scanner", scopes=["runs:read"], days=30, by=maria, now=now)
    make_source(name="ERP", agent="invoices", requester=inbox, by=pia, now=now)
    walk = Walk(chromium, live_server.url, open_house)
    pages = [reverse("review", args=[review.id]) for review in reviews]
    dialogs = [f"{pages[0]}?do={form}" for form in ("reject", "send_back", "hand_over")]
    walk.along(PEOPLE[0], *pages, *dialogs, reverse("nothing"))
    # What a link of a page leads to that somebody else opened before, or that only who has no script is shown.
    more = {
        "pia.hansen": [reverse("notifications:list")],
        "oskar.lang": [reverse("runs:cancel", args=[reviews[0].run.number])],
    }
    for name in PEOPLE[1:]:
        walk.along(name, *more.get(name, []))
    assert walk.faults == {}, json.dumps(walk.faults, indent=1, ensure_ascii=False)
    pages = {row.route for row in TABLE if row.method == "GET" and row.who != OWN_LOCK} - NO_PAGE - WITHOUT_A_CASE
    assert pages - set(walk.seen) == set(), "no link led there"


def inbox_user():
    return User.objects.get(email=INBOX)
