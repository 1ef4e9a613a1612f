"""Redis or PostgreSQL go away for a while: what is promised stays promised, and no page shows its insides."""

import contextlib
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from agentops.agents.invoices.demo import documents
from agentops.supervisor import ports
from runs import bell
from runs.models import Run
from tests.stories.conftest import at_work, books, until

HERE = Path(__file__).parents[2]
# What `manage.py web` runs, without its refusal of a database that is quick and not safe, as the tests' is.
SERVE = """
import django
django.setup()
from agentops.supervisor.management.commands.web import Server
Server("127.0.0.1:{port}").run()
"""


@contextlib.contextmanager
def no_redis(settings):
    there = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bell.client.cache_clear()
    try:
        yield
    finally:
        settings.REDIS_URL = there
        bell.client.cache_clear()


def test_without_redis_pages_work_and_an_upload_is_kept_and_done_later(house, settings):
    maria = house.browser("maria.keller")
    data = documents.write(house.bill("400.00"), "xml-ubl")
    with no_redis(settings):
        for address in ("/queue/", "/runs/", "/runs/new/"):
            assert maria.get(address).status_code == 200, address
        assert "1 started" in house.upload(maria, ("a.xml", data)).text
        ready = Client().get("/readyz")
        assert (ready.status_code, ready.json()["redis"], ready.json()["database"]) == (503, "not ready", "ok")
        assert Client().get("/healthz").status_code == 200
    run = Run.objects.get()
    assert run.status == "queued"
    with at_work():
        assert house.settled(run.id).status == "completed"
    assert books() == (1, 1, 1)


def test_a_decision_taken_without_redis_is_carried_out_later(house, settings):
    with at_work():
        review = house.waiting(house.send(house.bill("9000.00")))
    tom = house.browser("tom.brandt")
    with no_redis(settings):
        assert house.say(tom, review, "approve").status_code == 302
    with at_work():
        assert house.ended(review.run_id).status == "completed"


def test_a_worker_whose_redis_goes_away_finds_its_work_all_the_same(open_house, settings):
    with no_redis(settings):
        run_id = open_house.send(open_house.bill("400.00"))
        assert open_house.ended(run_id, 15).status == "completed"


@pytest.fixture
def web(transactional_db, tmp_path):
    """The real web server in a process of its own, on the test's database."""
    port, name = ports.free(), connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(configured.DATABASE_URL)._replace(path=f"/{name}").geturl(),
        "AGENTOPS_WEB_PROCESSES": "1",
        "AGENTOPS_WEB_THREADS": "4",
        "AGENTOPS_ROLE": "web",
        "AGENTOPS_DATA_DIR": str(tmp_path),
    }
    (tmp_path / "static").mkdir(exist_ok=True)
    log = (tmp_path / "web.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(port=port)], cwd=HERE, env=environment, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answer(f"{url}/healthz")[0] == 200, 30, lambda: (tmp_path / "web.log").read_text()[-2000:])
        yield url
    finally:
        server.terminate()
        server.wait(60)
        log.close()


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


@pytest.mark.slow
def test_while_postgresql_restarts_a_page_says_so_without_its_insides_and_works_again_after(web):
    page = f"{web}/sign-in/?next=/queue/"
    assert answer(page)[0] == 200
    assert answer(f"{web}/readyz")[1].count('"database": "ok"') == 1
    with closed_database():
        status, told = answer(f"{web}/queue/")
        assert status in (302, 200, 500, 503)
        with_session = urllib.request.Request(f"{web}/queue/", headers={"Cookie": "agentops_session=" + "a" * 32})  # noqa: S310
        status, told = answer(with_session)
        assert status in (500, 503), told[:300]
        for inside in ("Traceback", "psycopg", "OperationalError", "host=", "site-packages"):
            assert inside not in told
        assert "<html" in told
        assert answer(f"{web}/healthz")[0] == 200
        status, told = answer(f"{web}/readyz")
        assert (status, '"database": "not ready"' in told) == (503, True)
    assert answer(with_session)[0] == 200
    assert answer(page)[0] == 200


@contextlib.contextmanager
def closed_database():
    """As in a restart: every connection is cut, and for a while nobody gets in."""
    name, given = connection.settings_dict["NAME"], connection.get_connection_params()
    about = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    connection.close()
    with psycopg.connect(dbname="postgres", autocommit=True, **about) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
