"""A throw-away PostgreSQL and Redis for one test session, up before Django's settings load.

`TEST_DATABASE_URL` (a role that may create databases) and `TEST_REDIS_URL` name servers to use instead.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from agentops.supervisor import account, binaries, ports, redis_server
from agentops.supervisor.postgres import Cluster
from agentops.supervisor.processes import die_with_parent

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
OWNER, APPLICATION = "agentops_owner", "agentops_app"
TEMPLATE = "AGENTOPS_TEST_TEMPLATE"  # names the database that is migrated once for all workers
_started: list[subprocess.Popen[bytes]] = []


def start() -> None:
    """Start what was not given and say where it is; a worker of xdist takes its parent's."""
    os.environ["AGENTOPS_PROFILE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "agentops.settings"
    if "AGENTOPS_TEST_SERVERS" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="agentops-test-"))
        folder.chmod(0o755)
        (folder / "data" / "static").mkdir(parents=True)
        atexit.register(_stop, folder)
        os.environ["AGENTOPS_DATA_DIR"] = str(folder / "data")
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _postgres(folder)
        os.environ["AGENTOPS_TEST_SERVERS"] = os.environ.get("TEST_REDIS_URL") or _redis(folder)
        os.environ.pop("DATABASE_OWNER_URL", None)
        os.environ[TEMPLATE] = f"test_agentops_migrated_{os.getpid()}"
        atexit.register(_drop_template)  # runs before _stop
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{os.environ['AGENTOPS_TEST_SERVERS'].split('?')[0]}?db={number}"


def template(connection) -> str:
    """A migrated database to copy: whoever asks first makes it (some ten seconds of CPU), the others wait for it."""
    name = os.environ[TEMPLATE]
    with psycopg.connect(_maintenance(), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
            connection.settings_dict["TEST"]["NAME"] = name
            connection.creation.create_test_db(verbosity=0, serialize=False)
            connection.close()
            connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own, test
    return name


def _maintenance() -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()


def _drop_template() -> None:
    with contextlib.suppress(psycopg.Error), psycopg.connect(_maintenance(), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{os.environ[TEMPLATE]}"')


def _postgres(folder: Path) -> str:
    who = account.choose()
    install = binaries.within_reach(binaries.postgres_folder(), who, folder / "bin")
    cluster = Cluster(install, folder / "pg", _socket_folder(folder, who), who, QUICK)
    cluster.initialise(password=None)
    _spawn(cluster.command(), who, folder / "postgres.log")
    admin = cluster.url("postgres", "postgres")
    _until(lambda: psycopg.connect(admin).close(), psycopg.OperationalError)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER")
        connection.execute(f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER")
        connection.execute(f"GRANT {APPLICATION} TO {OWNER}")  # so that a test may SET ROLE
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")  # see tests/emptying.py
    return cluster.url(OWNER, "agentops")


def _redis(folder: Path) -> str:
    who = account.choose()
    place = _socket_folder(folder, who)
    server = binaries.redis_server() or shutil.which("redis-server")
    if not server:
        bell = redis_server.fallback(ports.free())
        us = account.Account("us", os.getuid(), os.getgid(), drops=False)
        _spawn(bell.command, us, folder / "redis.log", cwd=Path(__file__).parents[1])
        _until(lambda: redis.Redis.from_url(bell.url).ping(), redis.RedisError)
        return bell.url.removesuffix("/0")
    program = binaries.within_reach(Path(server), who, folder / "bin")
    socket = place / "redis.sock"
    options = ["--daemonize", "no", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(place)]
    _spawn([str(program), *options], who, folder / "redis.log")
    _until(lambda: redis.Redis(unix_socket_path=str(socket)).ping(), redis.RedisError)
    return f"unix://{socket}"


def _socket_folder(folder: Path, who: account.Account) -> Path:
    place = folder / "run"
    place.mkdir(mode=0o700, exist_ok=True)
    who.own(place)
    return place


def _spawn(command: list[str], who: account.Account, log: Path, cwd: Path = Path("/")) -> None:
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            preexec_fn=lambda: die_with_parent(signal.SIGINT),
            **who.popen,
        )
    _started.append(server)


def _until(attempt, error: type[Exception], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _stop(folder: Path) -> None:
    for server in reversed(_started):
        server.send_signal(signal.SIGINT)
    for server in _started:
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
    shutil.rmtree(folder, ignore_errors=True)
