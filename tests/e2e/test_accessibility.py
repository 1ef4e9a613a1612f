"""axe-core finds nothing to say about any page: each is looked at once, light or dark, on a desk or on a phone in turn.

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
from tests.e2e.cases import addresses
from tests.e2e.conftest import CHROMIUM, SIZES, hang_up, sign_in
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
    *(
        "notifications:look",
        "documents:page",
        "documents:find",
        "documents:words",
        "queue_facet",
        "review_part",
        "review_mail",
    ),
}
VIOLATIONS = """results => results.violations.map(found => [found.id, found.help,
    found.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + " · " + (node.any[0]?.message || ""))])"""
QUICKLY = json.dumps({"resultTypes": ["violations"], "preload": False})
# One after the other: every page shares its style sheets with many, so each colour and each part is seen in all four.
LOOKS = tuple((size, scheme) for size in SIZES.values() for scheme in ("light", "dark"))


class Walk:
    """What was opened so far, by the name of its view, and what axe said."""

    def __init__(self, chromium, url, office):
        self.chromium, self.url, self.office = chromium, url, office
        self.seen, self.faults, self.looks = {}, {}, 0

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
        hang_up(page.context)

    def look_at(self, page, address):
        """One look at a page, in the next of the four ways."""
        size, scheme = LOOKS[self.looks % len(LOOKS)]
        self.looks += 1
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE_SCRIPT)
        for rule, told, nodes in page.evaluate(f"axe.run({QUICKLY}).then({VIOLATIONS})"):
            self.faults.setdefault(f"{rule}: {told}", {}).setdefault(f"{address} ({size[0]}, {scheme})", nodes)

    def _signed_in(self, name):
        page = self.chromium.new_context().new_page()
        if "sign_in" not in self.seen:
            page.goto(f"{self.url}/sign-in/")
            self.seen["sign_in"] = "/sign-in/"
            self.look_at(page, "/sign-in/")
        sign_in(page.context, self.url, self.office.person(name))
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
    now = timezone.now()
    big = open_house.send(documents.write(open_house.bill("30000.00"), "pdf-text"), kind="pdf")
    blocked = open_house.send(open_house.bill("400.00", iban=iban("DE", "0411870999")))
    first = addresses(open_house, now, blocked)
    reviews = [open_house.waiting(run) for run in (big, blocked)]
    maria, pia, inbox = (*map(open_house.person, ("maria.keller", "pia.hansen")), inbox_user())
    take_in(agent="invoices", data=b"MZ", name="a.exe", requester=maria, now=now)
    create_token(owner=maria, name="Scanner", scopes=["runs:read"], days=30, by=maria, now=now)
    make_source(name="ERP", agent="invoices", requester=inbox, by=pia, now=now)
    walk = Walk(chromium, live_server.url, open_house)
    pages = [reverse("review", args=[review.id]) for review in reviews]
    # What only who has no script is shown, and what a link leads to that somebody else opened before.
    dialogs = [f"{pages[0]}?do={form}" for form in ("reject", "send_back", "hand_over")]
    opened = [f"{pages[0]}?show=earlier", f"{reverse('queue')}?filters=amount"]
    first["maria.keller"] += [*pages, *dialogs, *opened, reverse("nothing")]
    first["oskar.lang"] += [reverse("runs:cancel", args=[reviews[0].run.number])]
    for name in PEOPLE:
        walk.along(name, *first.get(name, []))
    assert walk.faults == {}, json.dumps(walk.faults, indent=1, ensure_ascii=False)
    pages = {row.route for row in TABLE if row.method == "GET" and row.who != OWN_LOCK} - NO_PAGE
    assert pages - set(walk.seen) == set(), "no link led there"


def inbox_user():
    return User.objects.get(email=INBOX)
