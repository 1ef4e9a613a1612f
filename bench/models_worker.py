"""One process that asks models under `bench.settings`; prints READY once it listens."""

import os
import sys
import threading
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["AGENTOPS_ROLE"] = "models"
    import django

    django.setup()
    from runs.gateway.performing.process import run_models

    threading.Timer(0.5, lambda: print("READY", flush=True)).start()
    run_models()


if __name__ == "__main__":
    main()
