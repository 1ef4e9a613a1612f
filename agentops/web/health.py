"""Whether this process lives (`/healthz`), and whether the whole product can work (`/readyz`)."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from agentops.web.access import public

PATIENCE = 2  # seconds a part may take to answer
_migrated: list[bool] = []  # once the tables are right they stay right for this code


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if every part is ready, else 503; says which part is not, and never why (that is in the log)."""
    parts = {name: _asked(ask) for name, ask in PARTS.items()}
    ready = all(parts.values())
    said = {name: "ok" if fine else "not ready" for name, fine in parts.items()}
    hints = _hints() if parts["database"] and parts["migrations"] else []
    return JsonResponse({"ready": ready, **said, **({"hints": hints} if hints else {})}, status=200 if ready else 503)


class HealthMiddleware:
    """Answers before anything looks at host names or transport: who watches a process asks by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = VIEWS.get(request.path)
        return view(request) if view else self.get_response(request)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


def _redis() -> bool:
    with _doorbell() as client:
        return bool(client.ping())


def _workers() -> bool:
    from runs.worker import living  # loads the runtime, which the pages do not need at start-up

    return bool(living())


def _hints() -> list[str]:
    """What works, but not as it should: agents whose questions nobody is there to answer, ways in that fail."""
    from agentops.intake.queries import failing
    from reviews.queries import agents_without_desk

    try:
        away = [f"mailboxes and folders that cannot be looked at: {count}"] if (count := failing()) else []
        return [f"agent {agent.name} has no desk" for agent in agents_without_desk()] + away
    except DatabaseError:
        return []


def _doorbell() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
    )


def _asked(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (DatabaseError, redis.RedisError, OSError, ValueError):
        return False


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}
PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "workers": _workers,
}
