"""`make picture`: start a throw-away demo, open the blocked invoice as a reviewer, and save docs/review.png."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PORT = 8196
AT = f"http://127.0.0.1:{PORT}"


def main() -> None:
    """Everything made here is gone afterwards but the picture."""
    with tempfile.TemporaryDirectory(prefix="agentops-picture-") as folder:
        command = [sys.executable, "manage.py", "up", "--data", folder, "--port", str(PORT), "--tied"]
        demo = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            until(lambda: (Path(folder) / "demo_world/invoices/delivered").exists() and ready())
            account = json.loads((Path(folder) / "demo_accounts.json").read_text())[0]
            shoot(account, ROOT / "docs" / "review.png")
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def shoot(account: dict[str, str], target: Path) -> None:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{AT}/sign-in/")
        page.fill("input[name=username]", account["email"])
        page.fill("input[name=password]", account["password"])
        with page.expect_navigation():
            page.keyboard.press("Enter")
        link = page.get_by_role("link", name=re.compile("NW-11873"))
        until(lambda: page.goto(f"{AT}/queue/") is not None and link.count() > 0)
        link.first.click()
        page.wait_for_selector("image, img")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
        browser.close()


def ready() -> bool:
    try:
        with urllib.request.urlopen(f"{AT}/readyz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def until(what, seconds: float = 180) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("the demo did not come up")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
