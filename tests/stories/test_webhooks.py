"""Another program follows one invoice from outside: it waits, somebody decides, it is done."""

import json
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from agentops.webhooks import places, services
from agentops.webhooks.kinds import TYPES
from tests.stories.conftest import until


@pytest.fixture
def heard(settings):
    """What a program on a real socket heard, in order."""
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBHOOK_ORIGINS = [f"http://127.0.0.1:{server.server_port}"]
    places.client.cache_clear()
    places._places.cache_clear()
    yield bodies
    server.shutdown()
    server.server_close()
    places.client.cache_clear()
    places._places.cache_clear()


def test_an_invoice_is_followed_from_outside(open_house, heard, settings):
    admin = open_house.person("pia.hansen")
    address = settings.WEBHOOK_ORIGINS[0]
    services.make_endpoint(name="ERP", url=address, types=list(TYPES), desk=None, by=admin, now=timezone.now())
    review = open_house.waiting(open_house.send(open_house.bill("11000.00")))
    open_house.say(open_house.browser("maria.keller"), review, "approve")
    open_house.ended(review.run_id)
    until(lambda: len(heard) >= 3, 20, lambda: str(heard))
    told = sorted(heard, key=lambda one: one["timestamp"])
    assert [one["type"] for one in told] == ["review.opened", "review.decided", "run.finished"]
    opened, decided, finished = (one["data"] for one in told)
    assert opened["review"]["id"] == decided["review"]["id"] == str(review.id)
    assert "amount_over_limit" in opened["review"]["reasons"]
    assert Decimal(opened["review"]["amount"]) > 10_000
    assert decided["review"]["decision"] == "approve"
    assert finished["run"]["status"] == "completed"
    assert finished["run"]["number"] == opened["run"]["number"]
