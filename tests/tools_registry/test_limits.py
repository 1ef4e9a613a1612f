"""Cumulative limits: reserved as a whole, never passed together, given back on refusal."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from tools_registry import queries, services
from tools_registry.facts import LimitUse as Use
from tools_registry.models import LimitUse

D = Decimal
DAY = date(2026, 11, 20)
SCOPE = "invoices/pay/vendor:7"


def use(amount: str, scope: str = "invoices/pay/vendor:7", cap: str = "100", limit: str = "counterparty_day") -> Use:
    return Use(limit, scope, DAY, D(amount), D(cap))


def used(scope: str = SCOPE) -> Decimal | None:
    return LimitUse.objects.filter(scope=scope).values_list("used", flat=True).first()


@pytest.mark.django_db
def test_an_amount_is_reserved_while_it_fits():
    services.reserve_limits([use("60")])
    services.reserve_limits([use("40")])
    assert used() == 100
    with pytest.raises(services.LimitFull, match="does not fit"):
        services.reserve_limits([use("0.01")])
    assert used() == 100
    assert queries.used_of([use("1"), use("1", scope="invoices/pay/vendor:8")]) == {
        "counterparty_day:invoices/pay/vendor:7": D(100)
    }


@pytest.mark.django_db
def test_several_limits_are_reserved_together_or_not_at_all():
    services.reserve_limits([use("90", scope="b")])
    with pytest.raises(services.LimitFull) as full, transaction.atomic():
        services.reserve_limits([use("20", scope="a"), use("20", scope="b"), use("20", scope="c")])
    assert [late.scope for late in full.value.uses] == ["b"]
    assert (used("a"), used("b"), used("c")) == (None, 90, None)


@pytest.mark.django_db
def test_an_amount_above_the_cap_never_fits():
    with pytest.raises(services.LimitFull):
        services.reserve_limits([use("100.01")])


@pytest.mark.django_db
def test_a_lowered_cap_holds_from_the_next_amount_on():
    services.reserve_limits([use("60")])
    with pytest.raises(services.LimitFull):
        services.reserve_limits([use("1", cap="50")])
    services.reserve_limits([use("10", cap="80")])
    assert used() == 70


@pytest.mark.django_db
def test_what_was_refused_is_given_back():
    services.reserve_limits([use("60"), use("60", limit="agent_day")])
    services.release_limits([use("50"), use("60", limit="agent_day")])
    assert sorted(LimitUse.objects.values_list("limit", "used")) == [
        ("agent_day", 0),
        ("counterparty_day", 10),
    ]
    services.release_limits([use("50")])
    assert sorted(LimitUse.objects.values_list("used", flat=True)) == [0, 0]


@pytest.mark.django_db
def test_nothing_to_reserve_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        services.reserve_limits([])
        services.release_limits([])
        assert queries.used_of([]) == {}


@pytest.mark.django_db
def test_the_database_refuses_a_counter_above_its_cap():
    services.reserve_limits([use("60")])
    with pytest.raises(IntegrityError, match="limit_use_stays_within_its_cap"), transaction.atomic():
        LimitUse.objects.update(used=101)
    with pytest.raises(IntegrityError, match="one_counter_per_scope"), transaction.atomic():
        LimitUse.objects.create(limit="counterparty_day", scope="invoices/pay/vendor:7", day=DAY, used=1, cap=2)


@pytest.mark.django_db(transaction=True)
def test_a_limit_is_not_reserved_outside_the_effect_s_transaction():
    with pytest.raises(TransactionManagementError):
        services.reserve_limits([use("60")])


@pytest.mark.django_db(transaction=True)
def test_workers_never_pass_a_limit_together():
    """Sixteen workers want 10 of 100 at the same moment, over two limits in opposite orders."""
    barrier, passed = threading.Barrier(16), []

    def work(number: int) -> None:
        uses = [use("10", scope="a"), use("10", scope="b")]
        try:
            barrier.wait()
            with transaction.atomic():
                services.reserve_limits(uses if number % 2 else uses[::-1])
            passed.append(number)
        except services.LimitFull:
            pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(passed) == 10
    assert (used("a"), used("b")) == (100, 100)
