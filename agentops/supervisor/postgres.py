"""The embedded PostgreSQL: makes its folder, says how it is started and stopped, makes roles and database."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from agentops.supervisor.account import Account

OWNER, APPLICATION, ADMINISTRATOR, DATABASE = "agentops_owner", "agentops_app", "postgres", "agentops"
# Sorting by code point everywhere: what is sorted for people is sorted in Python.
INITDB = ("-E", "UTF8", "--locale=C", "--no-sync", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
HBA = "local all all scram-sha-256\nhost all all all reject\n"
HBA_TRUST = "local all all trust\nhost all all all reject\n"


class ServerFailed(RuntimeError):
    """PostgreSQL could not be set up; the message holds what it said."""


@dataclass
class Cluster:
    """One PostgreSQL data folder, its socket folder and the account it belongs to."""

    install: Path
    data: Path
    sockets: Path
    account: Account
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def made(self) -> bool:
        """Whether the folder holds a finished cluster."""
        return (self.data / "PG_VERSION").exists() and not self._unfinished.exists()

    @property
    def _unfinished(self) -> Path:
        return self.data.with_name(f"{self.data.name}.unfinished")

    def initialise(self, password: str | None) -> None:
        """Make the cluster; with a password every connection needs one. Raises `ServerFailed`."""
        self._unfinished.touch()
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.data)
        command = [str(self.install / "bin" / "initdb"), "-D", str(self.data), "-U", ADMINISTRATOR, *INITDB]
        command.append("--auth=scram-sha-256" if password else "--auth=trust")
        with self._password_file(password) as arguments:
            done = subprocess.run(  # noqa: S603
                [*command, *arguments],
                text=True, capture_output=True, cwd="/", env={"PATH": "/usr/bin:/bin"}, **self.account.popen,
            )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"initdb failed: {done.stderr.strip()}")
        (self.data / "pg_hba.conf").write_text(HBA if password else HBA_TRUST)
        self._unfinished.unlink()

    @contextmanager
    def _password_file(self, password: str | None) -> Iterator[list[str]]:
        if not password:
            yield []
            return
        file = self.data.with_name(f"{self.data.name}.password")
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        try:
            file.write_text(password)
            self.account.own(file)
            yield [f"--pwfile={file}"]
        finally:
            file.unlink()

    def command(self) -> list[str]:
        """How the server is started in the foreground."""
        settings = {"listen_addresses": "", "unix_socket_permissions": "0700", **self.settings}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [
            str(self.install / "bin" / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.sockets),
            *options,
        ]

    def url(self, role: str, database: str = DATABASE, passfile: Path | None = None) -> str:
        """The address of a database for a role; passwords are in the file, never in the address."""
        secret = f"&passfile={passfile}" if passfile else ""
        return f"postgresql://{role}@/{database}?host={self.sockets}{secret}"


def make_roles(admin_url: str, passwords: dict[str, str]) -> None:
    """Make the owner, the application's role and the database, or bring their passwords up to date."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, password in passwords.items():
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if exists else "CREATE"
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(DATABASE), sql.Identifier(APPLICATION))
        )
