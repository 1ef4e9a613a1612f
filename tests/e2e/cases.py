"""A case for every page that is about something: a mail, an endpoint, a new account, a ticket, a payment to release."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import reverse

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.models import AccountChange, Payment, Vendor, VendorChange
from agentops.agents.invoices.services import ask_account_change
from agentops.agents.support.demo.articles import articles
from agentops.agents.support.demo.customers import customers
from agentops.agents.support.loading import put_articles, put_customers, verify_only
from agentops.agents.support.mailing import rating_link
from agentops.agents.support.models import Message, Ticket
from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.sealed import seal_secret
from agentops.demo.people import INBOX, make_desk
from agentops.intake.mail.keeping import Place, keep
from agentops.intake.mail.working import work_through
from agentops.intake.models import Mail, Mailbox
from agentops.notifications.kinds import OF_DESKS
from agentops.notifications.models import Channel
from agentops.webhooks.models import Endpoint
from runs.services import start_run
from tests.intake.letters import letter
from tests.stories.conftest import TODAY, House

OTHER_VENDOR = 3  # of the demo's: not the one whose invoices wait


def mail_of(house: House, now: datetime) -> Mail:
    """A mail with one invoice, come through a mailbox."""
    inbox = User.objects.get(email=INBOX)
    box = Mailbox.objects.create(
        name="Invoices", host="mail.office.test", user="invoices", secret="inbox", agent="invoices",
        desk="accounts-payable", requester=inbox,
    )  # fmt: skip
    file = ("invoice.xml", documents.write(house.bill("9300.00"), "xml-ubl"), "application/xml")
    raw = letter(file).as_bytes()
    kept = keep(raw, agent="invoices", desk="accounts-payable", requester=inbox, now=now, place=Place(box, 1, 1))
    return work_through(kept, now=now)


def endpoint_of(house: House, now: datetime) -> Endpoint:
    """An endpoint that nobody was told anything through yet."""
    made = Endpoint(id=uuid7(), name="ERP", url="https://erp.office.test/hook", types=["review.decided"])
    made.secret, made.made_by, made.made_at = seal_secret(made.place, "s" * 32), house.person("pia.hansen"), now
    made.save(force_insert=True)
    return made


def channel_of(house: House, now: datetime) -> Channel:
    """A channel of the desk."""
    made = Channel(
        id=uuid7(), desk=house.desk, name="Payables", shape="slack", kinds=[next(iter(OF_DESKS))],
        host="hooks.office.test", made_by=house.person("pia.hansen"), made_at=now,
    )  # fmt: skip
    made.seal("https://hooks.office.test/services/1")
    made.save(force_insert=True)
    return made


def change_of(house: House, now: datetime) -> AccountChange:
    """A new account that somebody asked for."""
    vendor = Vendor.objects.get(key=house.world.vendors[OTHER_VENDOR].key)
    by = house.person("vera.novak")
    return ask_account_change(vendor_id=vendor.pk, account="DE02120300000000202051", why="A mail.", by=by, now=now)


def load_of(house: House) -> VendorChange:
    """A loaded file that waits for a vendor manager."""
    return VendorChange.objects.create(vendors=[], source="vendors.jsonl")


def payment_of(house: House) -> Payment:
    """A payment that may be released."""
    house.ended(house.send(house.bill("400.00")))
    return Payment.objects.get()


def ticket_of(house: House, now: datetime) -> tuple[UUID, Ticket]:
    """A ticket whose reply waits for a word, and its run."""
    make_desk("support", "Support", ["support"])
    put_customers(customers(TODAY), now=now)
    put_articles(articles(), now=now)
    verify_only(now=now)
    message = {"text": "My order M-559120 has not arrived.", "subject": "Late", "from": "marco.silva@customer.example"}
    requester = User.objects.get(email=INBOX)
    run_id = start_run(agent="support", requester=requester, goal="Answer.", given={"message": message}, subject="Late")
    house.settled(run_id)
    return run_id, Ticket.objects.get(run_id=run_id)


def rating_of(ticket: Ticket, now: datetime) -> str:
    """The page behind the link of a reply that was sent."""
    before = ticket.messages.count()
    Message.objects.create(ticket=ticket, number=before + 1, outgoing=True, text="It is on its way.", at=now)
    return urlsplit(rating_link(str(ticket.pk), before)).path


def addresses(house: House, now: datetime, blocked: UUID) -> dict[str, list[str]]:
    """Where each person begins, beside where everybody does; `blocked` is a run whose account differs."""
    run_id, ticket = ticket_of(house, now)
    review = house.waiting(run_id)
    mail, payment = mail_of(house, now), payment_of(house)
    return {
        "maria.keller": [reverse("review", args=[review.id]), reverse("intake:mail", args=[mail.pk])],
        "vera.novak": [
            reverse("invoices:change", args=[change_of(house, now).pk]),
            reverse("invoices:load", args=[load_of(house).pk]),
            reverse("invoices:ask_from_run", args=[blocked]),
        ],
        "paul.martin": [f"{reverse('invoices:release')}?payment={payment.pk}"],
        "pia.hansen": [
            reverse("notifications:list"),
            reverse("webhooks:endpoint", args=[endpoint_of(house, now).pk]),
            reverse("notifications:channel", args=[channel_of(house, now).pk]),
        ],
        "oskar.lang": [
            reverse("support:ticket", args=[ticket.pk]),
            rating_of(ticket, now),
            reverse("ways:mail", args=[mail.pk]),
            reverse("runs:unusual"),
        ],
    }
