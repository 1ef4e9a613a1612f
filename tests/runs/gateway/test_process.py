"""The process of the queue `models`: there only where somebody can be asked, and gone in order when told."""

import threading
from pathlib import Path

import pytest

from agentops.supervisor.house import House
from runs.gateway import doorbell
from runs.gateway.performing.process import NoProvider, run_models
from runs.gateway.performing.sweeping import ring_if_due
from runs.gateway.providers import providers


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({}, False),
        ({"ANTHROPIC_API_KEY": " "}, False),
        ({"ANTHROPIC_API_KEY": "k"}, True),
        ({"AGENTOPS_MODEL_SCRIPT": "a.b"}, True),
    ],
)
def test_the_supervisor_starts_it_only_where_there_is_somebody_to_ask(tmp_path, given, there):
    house = House(tmp_path, 8000, "127.0.0.1", 1, demo=False, say=print, given=given)
    house.environment = {}
    house.layout = type("Layout", (), {"logs": Path(tmp_path)})()
    assert ("models" in [part.name for part in house.parts()]) is there


def test_without_a_provider_it_says_what_to_set_and_ends(settings):
    settings.ANTHROPIC_API_KEY = ""
    providers.cache_clear()
    with pytest.raises(NoProvider, match="ANTHROPIC_API_KEY"):
        run_models()


def test_it_is_woken_by_the_bell_serves_and_leaves_when_told(thinker, provider, monkeypatch):
    import asyncio

    from runs.gateway.performing.performer import Performer

    monkeypatch.undo()
    run_id = thinker.start()
    worker = Performer("test", 10)
    served = threading.Thread(target=lambda: asyncio.run(worker.run()), daemon=True)
    served.start()
    thinker.work()
    doorbell.ring()
    waited = threading.Event()
    for _ in range(400):
        if thinker.call(run_id).status == "answered":
            break
        waited.wait(0.02)
    worker.stop()
    served.join(60)
    assert not served.is_alive()
    thinker.work()
    assert thinker.run(run_id).status == "completed"


def test_the_ticker_rings_for_a_call_whose_bell_was_lost(thinker, provider, monkeypatch):
    from runs import sql

    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda: rung.append(1))
    assert not ring_if_due()
    thinker.start()
    thinker.work()
    sql.query("UPDATE runs_modelcall SET due_at = now() - interval '2 seconds'")
    rung.clear()
    assert ring_if_due()
    assert rung == [1]
