"""The house's web server, by gunicorn as the product runs it, to be killed; and somebody at a browser.

`python bench/fault_agent/web.py PORT` is `manage.py web` without its refusal of the profile `test`.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from agentops.supervisor import ports
from agentops.supervisor.processes import die_with_parent
from bench.fault_agent.house import ROOT, House

STARTS_WITHIN = 40.0  # seconds


class CutOff(ConnectionError):
    """The server went away before it had answered."""


@dataclass(frozen=True)
class Page:
    """What came back, at the end of all redirects."""

    status: int
    url: str
    text: str


class Web:
    """A web server at a fixed port: killed whole, and started again with other faults."""

    def __init__(self, house: House) -> None:
        self.house, self.port = house, ports.free()
        self.server: subprocess.Popen[bytes] | None = None
        self._manage("migrate", "--noinput", "--skip-checks", "-v0")  # what only pages need: throttling

    def start(self, fault: str = "") -> None:
        """Start it, armed as `runs.points` says (`review.approve.commit:kill`), and wait until it answers."""
        with (self.house.folder / "web.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "bench/fault_agent/web.py", str(self.port)],
                cwd=ROOT,
                env={**self.environment, "AGENTOPS_FAULT": fault},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGKILL),
            )
        self.house.wait(self._answers, STARTS_WITHIN, "the web server does not answer")

    def kill(self) -> None:
        """Master and workers at once, as a machine that loses its power."""
        if self.server is not None:
            self.house.kill(-self.server.pid)
            self.server.wait(10)
            self.server = None

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def environment(self) -> dict[str, str]:
        """As the house's own, with keys that outlive a restart."""
        return {
            **self.house.environment,
            "DJANGO_SETTINGS_MODULE": "bench.fault_agent.web_settings",
            "AGENTOPS_SECRET_KEY": "kept-over-restarts" * 4,
        }

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.address("/healthz"), timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _manage(self, *command: str) -> None:
        environment = {**self.environment, "AGENTOPS_AS_OWNER": "1"}
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


class Browser:
    """Somebody's browser: cookies, forms with their hidden fields, redirects."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self, email: str, password: str) -> None:
        form = hidden_fields(self.open("/sign-in/").text, "/sign-in/")
        page = self.open("/sign-in/", {**form, "username": email, "password": password})
        assert page.status == 200, page.status
        assert "/sign-in/" not in page.url, "the password was not taken"

    def open(self, path: str, form: dict[str, str] | None = None) -> Page:
        """Ask for a page, or send a form. Raises `CutOff` if the server dies meanwhile."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self.opener.open(self.web.address(path), body, timeout=20) as answer:
                return Page(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as refusal:
            return Page(refusal.code, refusal.url, refusal.read().decode())
        except (http.client.HTTPException, OSError) as cut:
            raise CutOff(str(cut)) from cut


def hidden_fields(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form with this address; empty where there is none."""
    reader = _Forms(action)
    reader.feed(text)
    return reader.fields


class _Forms(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields = action, dict[str, str]()
        self._inside = self._done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self._done:
            self._inside = given.get("action", self.action) == self.action
        elif tag == "input" and self._inside and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._done = False, True


def serve(port: int) -> None:
    """Serve pages until told to stop."""
    os.environ["AGENTOPS_ROLE"] = "web"
    import django

    django.setup()
    from agentops.supervisor.management.commands.web import Server

    Server(f"127.0.0.1:{port}").run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
