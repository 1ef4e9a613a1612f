"""The demo's items cleared by somebody new with keys alone: how many keys and seconds each took.

    python bench/keyboard.py [--folder DIR] [--items N] [--trace FILE]

DIR holds a demo (`bench/pages.py` keeps one) and is copied; without it one is made. Only keys that the pages themselves
show are pressed: N starts, then for each item what stands on its bar. An item that nothing stands against is approved;
one that cannot be is rejected with its first reason, a stuck one ended. The trace opens with `playwright show-trace`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Page, sync_playwright

from agentops.supervisor import ports
from bench.workplace.browser import CHROMIUM, SETTLED_MS
from bench.workplace.office import ROOT, copied, make_demo

WHO = "maria.keller"
MOST_KEYS_CLEAN = 2


@dataclass(frozen=True)
class Cleared:
    """One item: what it was about, the keys in their order, and the seconds from its coming to the next one's."""

    about: str
    keys: tuple[str, ...]
    seconds: float
    said: str

    @property
    def is_clean(self) -> bool:
        return self.keys[0] == "a"


class NoWay(RuntimeError):
    """No key that the page shows leads on."""


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="agentops-keys-") as folder:
        Path(folder).chmod(0o711)
        demo = Path(folder) / "demo"
        copied(asked.folder, demo) if asked.folder else make_demo(demo)
        with _running(demo) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.tracing.start(screenshots=True, snapshots=True)
            cleared = list(_play(context.new_page(), address, demo, asked.items))
            context.tracing.stop(path=asked.trace)
            browser.close()
    print(told(cleared))
    return int(any(one.is_clean and len(one.keys) > MOST_KEYS_CLEAN for one in cleared))


def told(cleared: list[Cleared]) -> str:
    """A table for people."""
    lines = ["| item | keys | pressed | seconds | answer |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {one.about} | {len(one.keys)} | {' '.join(one.keys)} | {one.seconds:.1f} | {one.said} |" for one in cleared
    ]
    keys, seconds = sum(len(one.keys) for one in cleared), sum(one.seconds for one in cleared)
    return "\n".join([*lines, f"{len(cleared)} items, {keys} keys, {seconds:.0f} s"])


def _play(page: Page, address: str, demo: Path, items: int) -> Iterator[Cleared]:
    _sign_in(page, address, demo)
    page.goto(f"{address}/queue/")
    _press(page, "n")
    page.wait_for_url("**/reviews/**")
    for _ in range(items):
        page.wait_for_load_state("networkidle")
        if "/reviews/" not in page.url:
            return
        yield _clear(page)


def _clear(page: Page) -> Cleared:
    """Decide what is on the screen, as somebody would who reads the bar."""
    began, here, about = time.monotonic(), page.evaluate("location.href"), page.inner_text("#sentence")[:70]
    keys = _ways(page)
    for key in keys:
        _press(page, key)
    page.wait_for_function("was => location.href !== was", arg=here, timeout=15_000)
    page.wait_for_load_state("networkidle")
    toast = page.locator(".toast, .just, [role=status]").first
    said = toast.inner_text().split("\n")[0][:40] if toast.count() else ""
    return Cleared(about, keys, time.monotonic() - began, said)


def _ways(page: Page) -> tuple[str, ...]:
    """The keys that decide this item; raises `NoWay`."""
    if page.locator(".bar [data-key=a]:enabled").count():
        return ("a", "a") if page.locator(".bar [data-heed]").count() else ("a",)  # a red mark wants a second press
    if page.locator(".bar [data-key=r]:enabled").count():
        return ("r", "1", "Control+Enter")
    if page.locator(".bar [data-key=j]").count():
        return ("j",)
    raise NoWay(f"{page.url} shows no key: {page.inner_text('.bar')}")


def _press(page: Page, key: str) -> None:
    """A moment after the page came, as a person would."""
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press(key)


def _sign_in(page: Page, address: str, demo: Path) -> None:
    account = next(one for one in json.loads((demo / "demo_accounts.json").read_text()) if one["email"].startswith(WHO))
    page.goto(f"{address}/sign-in/")
    for text in (account["email"], "Tab", account["password"], "Enter"):
        page.keyboard.press(text) if text in ("Tab", "Enter") else page.keyboard.type(text)
    page.wait_for_url("**/queue/**")


@contextmanager
def _running(demo: Path) -> Iterator[str]:
    """The whole product on this folder, workers included."""
    port = ports.free()
    command = [sys.executable, "manage.py", "up", "--data", str(demo), "--port", str(port), "--tied"]
    product = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert product.stdout
        for line in product.stdout:
            if "ready after" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        product.send_signal(signal.SIGINT)
        product.wait(90)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="a demo that has settled; it is copied")
    parser.add_argument("--items", type=int, default=10, help="how many are cleared (%(default)s)")
    parser.add_argument("--trace", type=Path, default=Path(os.curdir) / "keys.zip", help="(%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
