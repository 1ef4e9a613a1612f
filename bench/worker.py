"""One worker of the product under `bench.settings`; prints READY once it listens."""

import os
import sys
import threading
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["AGENTOPS_ROLE"] = "worker"
    import django

    django.setup()
    from runs.worker import run_worker

    threading.Timer(0.5, lambda: print("READY", flush=True)).start()
    run_worker(threads=int(os.environ.get("BENCH_THREADS", "0")) or None)


if __name__ == "__main__":
    main()
