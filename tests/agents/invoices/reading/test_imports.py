"""Web servers and workers stay small: what parses documents is loaded by the helpers alone."""

import json
import os
import subprocess
import sys

import pytest

PARSERS = {"pypdfium2", "PIL", "lxml", "cv2", "onnxruntime", "rapidocr", "numpy", "saxonche", "facturx", "reportlab"}
WEB = "import agentops.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"
WORKER = "import django; django.setup(); import runs.worker, runs.drain, runs.ticker"
READER = "from agentops.agents.invoices import reading; reading.read_file(b'<a/>', 'a.xml')"
TELL = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


@pytest.mark.parametrize("start", [WEB, WORKER, READER], ids=["web", "worker", "a reading"])
def test_no_parser_is_loaded_at_start_up(start):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
        "DJANGO_SETTINGS_MODULE": "agentops.settings",
        "AGENTOPS_PROFILE": "test",
    }
    command = [sys.executable, "-c", f"{start}\n{TELL}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert loaded & PARSERS == set()
