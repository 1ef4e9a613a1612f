"""How gunicorn runs our pages: few processes, threads in each, our log lines."""

import gc
import os
from typing import Any

from django.conf import settings

# Threads wait for the database, not for the processor; two processes keep pages quick while one renders.
workers = settings.WEB_PROCESSES
preload_app = True
worker_class = "agentops.supervisor.web_threads.WarmThreads"
threads = settings.WEB_THREADS
MEMORY = "/dev/shm"  # noqa: S108 - heartbeats on a disk can stall the whole server
worker_tmp_dir = MEMORY if os.path.isdir(MEMORY) else None
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Before the processes are forked: what is loaded now stays, so no collection during a page looks through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


logconfig_dict: dict[str, Any] = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
    },
}
