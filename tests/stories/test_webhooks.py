"""Another program follows one invoice from outside: it waits, somebody decides, it is done."""

from decimal import Decimal

import pytest
from django.utils import timezone

from agentops.webhooks import services
from agentops.webhooks.kinds import TYPES
from tests.stories.conftest import until
from tests.webhooks.receiver import listening


@pytest.fixture
def receiver(settings):
    with listening(settings) as there:
        yield there


def test_an_invoice_is_followed_from_outside(open_house, receiver):
    admin = open_house.person("pia.hansen")
    services.make_endpoint(name="ERP", url=receiver.url, types=list(TYPES), desk=None, by=admin, now=timezone.now())
    review = open_house.waiting(open_house.send(open_house.bill("11000.00")))
    open_house.say(open_house.browser("maria.keller"), review, "approve")
    open_house.ended(review.run_id)
    until(lambda: len(receiver.heard) >= 3, 20, lambda: str(receiver.heard))
    told = sorted((one.told for one in receiver.heard), key=lambda one: one["timestamp"])
    assert [one["type"] for one in told] == ["review.opened", "review.decided", "run.finished"]
    opened, decided, finished = (one["data"] for one in told)
    assert opened["review"]["id"] == decided["review"]["id"] == str(review.id)
    assert "amount_over_limit" in opened["review"]["reasons"]
    assert Decimal(opened["review"]["amount"]) > 10_000
    assert decided["review"]["decision"] == "approve"
    assert finished["run"]["status"] == "completed"
    assert finished["run"]["number"] == opened["run"]["number"]
