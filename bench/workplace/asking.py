"""Pages asked for over HTTP as a signed-in person: time outside, processor time inside, statements and bytes."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg

from bench.workplace.office import Office

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMED = re.compile(r"duration: ([\d.]+) ms  (?:(statement|execute|parse|bind)[^:]*: (.*))?", re.DOTALL)
NO_QUESTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "SELECT 1")
WARM = 3


@dataclass(frozen=True)
class Found:
    """One page: milliseconds, how many statements, bytes of HTML."""

    p50: float
    p95: float
    cpu: float  # of web and database together, per page
    database: float  # all statements of one page, planned and performed
    queries: int
    size: int
    statements: list[str] = field(repr=False, default_factory=list)


class Person:
    """Somebody signed in through the form, on one connection that is kept."""

    def __init__(self, office: Office, name: str) -> None:
        self._wire = http.client.HTTPConnection(office.host, office.port, timeout=120)
        self._cookies: dict[str, str] = {}
        accounts = json.loads((office.data / "demo_accounts.json").read_text())
        account = next(one for one in accounts if one["email"].startswith(name))
        token = TOKEN.search(self.get("/sign-in/").decode())
        assert token
        given = {
            "csrfmiddlewaretoken": token[1], "username": account["email"], "password": account["password"],
        }  # fmt: skip
        if self._send("POST", "/sign-in/", urlencode(given)).status != http.client.FOUND:
            raise RuntimeError(f"{account['email']} could not sign in")

    def get(self, path: str) -> bytes:
        """The page; raises `RuntimeError` where it is none."""
        answer = self._send("GET", path)
        body = self._body
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return body

    def _send(self, method: str, path: str, form: str = "") -> http.client.HTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._wire.request(method, path, form or None, headers)
        answer = self._wire.getresponse()
        self._body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer


def ask(office: Office, person: Person, path: str, rounds: int) -> Found:
    """The same page again and again, one request at a time."""
    for _ in range(WARM):
        person.get(path)
    with _listening(office) as told:
        body = person.get(path)
    statements = [text for _, kind, text in told if kind in ("statement", "execute")]
    before, taken = _processor(), []
    for _ in range(rounds):
        began = time.perf_counter()
        person.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    cpu = (_processor() - before) * 1000 / rounds
    cuts = statistics.quantiles(taken, n=20, method="inclusive")
    return Found(cuts[9], cuts[18], cpu, sum(took for took, _, _ in told), len(statements), len(body), statements)


@contextmanager
def _listening(office: Office) -> Iterator[list[tuple[float, str, str]]]:
    """What reaches PostgreSQL meanwhile, as its own log has it: milliseconds, kind and text."""
    log, found = office.log("postgres"), list[tuple[float, str, str]]()
    assert isinstance(log, Path)
    with psycopg.connect(office.administrator_url, autocommit=True) as administrator:
        administrator.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        administrator.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)  # every backend looks at the settings before its next statement
        start = log.stat().st_size
        yield found
        time.sleep(0.1)
        end = log.stat().st_size
        administrator.execute("ALTER SYSTEM RESET log_min_duration_statement")
        administrator.execute("SELECT pg_reload_conf()")
    with log.open("rb") as text:
        text.seek(start)
        told = text.read(end - start).decode(errors="replace")
    entries = (TIMED.search(entry) for entry in re.split(r"\n(?=\d{4}-)", told))
    parts = [(float(one[1]), one[2] or "", one[3] or "") for one in entries if one]
    found += [one for one in parts if not one[2].startswith(NO_QUESTION)]


def _processor() -> float:
    """Seconds of all our children: the web server's processes and PostgreSQL's."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
