"""A courier in a process of its own, killed at each of the named points, and one that is not: for test_crashes.py.

`python -m tests.notifications.deliverer PORT POINT...` prints one exit code for each; the mail server is at PORT.
"""

import os
import sys

import django
from django.conf import settings

django.setup()


def main(port: str, points: list[str]) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", int(port), False
    for point in [*points, ""]:
        print(_killed_at(point), flush=True)


def _killed_at(point: str) -> int:
    """The end of a fork of this process that delivers, and is killed there."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        _deliver(point)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def _deliver(point: str) -> None:
    from django.db.models.functions import Now

    from agentops.notifications.models import Delivery
    from agentops.notifications.telling import courier
    from runs import points

    Delivery.objects.filter(status="pending").update(lease_until=Now())  # the dead one's lease is over
    points._faults = {point: ("kill", 1)} if point else {}
    courier.deliver()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
