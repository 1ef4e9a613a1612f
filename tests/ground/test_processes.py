"""The pieces of the supervisor that can be looked at alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agentops.supervisor import account, binaries, keys, layout, leftovers, lock, redis_server
from agentops.supervisor.processes import Child

NOBODY = account.Account("nobody", 65534, 65534, drops=True)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    keys.make(tmp_path / "keys")
    first = {file.name: file.read_text() for file in (tmp_path / "keys").iterdir()}
    keys.make(tmp_path / "keys")
    assert {file.name: file.read_text() for file in (tmp_path / "keys").iterdir()} == first
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}
    assert len(bytes.fromhex(first["payload_key"])) == 32


def test_a_folder_is_held_by_one_supervisor(tmp_path):
    held = lock.take(tmp_path)
    with pytest.raises(lock.AlreadyRunning, match=f"process {os.getpid()}"):
        lock.take(tmp_path)
    os.close(held)
    os.close(lock.take(tmp_path))


def test_a_pid_file_of_a_stranger_is_removed_and_the_stranger_lives(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path)
    (tmp_path / "postmaster.pid").write_text(f"{stranger.pid}\n{tmp_path}\n")
    try:
        leftovers.clear_postgres(tmp_path, print)
        assert not (tmp_path / "postmaster.pid").exists()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_waits_for_the_parts_of_an_earlier_run_and_leaves_strangers_alone(tmp_path, monkeypatch):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    part, stranger = (subprocess.Popen(sleep, start_new_session=True) for _ in range(2))
    noted, said = tmp_path / "parts", []
    leftovers.note_parts(noted, [part.pid])
    with noted.open("a") as lines:
        lines.write(f"{stranger.pid} 12345\n")  # the number of a part that ended long ago
    monkeypatch.setattr(leftovers, "STOPPING", 0.2)
    try:
        leftovers.wait_for_parts(noted, said.append)
        assert part.wait(1) < 0
        assert stranger.poll() is None
        assert said == ["waiting for the parts of an earlier run to stop"]
        assert not noted.exists()
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop to another account")
def test_as_root_a_data_folder_under_a_private_home_gets_its_servers_elsewhere(tmp_path, monkeypatch):
    state, home = tmp_path / "state", tmp_path / "home"
    state.mkdir(mode=0o755)
    home.mkdir(mode=0o700)
    monkeypatch.setattr(layout, "STATE", state)
    made = layout.prepare(home / "checkout" / ".local", NOBODY)
    assert made.servers.parent == state
    assert (made.data / "servers").readlink() == made.servers
    assert made.postgres.stat().st_uid == NOBODY.uid
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert layout.prepare(home / "checkout" / ".local", NOBODY) == made


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop to another account")
def test_as_root_programs_in_a_private_folder_are_copied_once(tmp_path):
    site = tmp_path / "private" / "site-packages"
    (site / "server" / "bin").mkdir(parents=True)
    (site / "server.libs").mkdir()
    (site / "server" / "bin" / "postgres").write_text("program")
    site.parent.chmod(0o700)
    copy = binaries.within_reach(site / "server", NOBODY, tmp_path / "programs")
    assert copy == tmp_path / "programs" / "server"
    assert (copy / "bin" / "postgres").read_text() == "program"
    assert (copy.parent / "server.libs").is_dir()
    before = copy.stat().st_ino
    assert binaries.within_reach(site / "server", NOBODY, tmp_path / "programs").stat().st_ino == before


def test_a_deep_data_folder_gets_a_socket_folder_with_a_short_path(tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 4)
    deep.mkdir(parents=True)
    ours = account.Account("us", os.getuid(), os.getgid(), drops=False)
    made = layout.prepare(deep / "data", ours)
    try:
        assert len(f"{made.sockets}/.s.PGSQL.5432.lock") < 108
        assert stat.S_IMODE(made.sockets.stat().st_mode) == 0o700
    finally:
        made.sockets.rmdir()


def test_a_part_that_keeps_dying_is_started_with_growing_waits(tmp_path):
    child, said = (
        Child("flaky", [sys.executable, "-c", "raise SystemExit(3)"], environment={}, cwd=tmp_path),
        [],
    )
    child.start()
    for _ in range(3):
        child.process.wait()
        child.tend(said.append)
        child.due = 1.0  # the wait is over
        child.tend(said.append)
    child.see_off()
    assert [line.split("(")[1].partition(",")[0] for line in said] == [
        f"exit code 3); starting it again in {wait} s" for wait in ("0.25", "0.5", "1")
    ]


def test_the_stand_in_for_redis_serves_a_queue(tmp_path):
    import redis
    import rq

    bell = redis_server.fallback(_free_port())
    server = subprocess.Popen(bell.command, cwd=Path(__file__).parents[2])
    try:
        client = redis.Redis.from_url(bell.url, socket_timeout=5)
        _until_it_answers(client)
        queue = rq.Queue("default", connection=client, serializer="rq.serializers.JSONSerializer")
        queue.enqueue("time.sleep", 0)
        assert rq.SimpleWorker([queue], connection=client, serializer="rq.serializers.JSONSerializer").work(burst=True)
        assert client.blpop(["nothing"], timeout=1) is None
    finally:
        server.terminate()
        assert server.wait(30) == 0


def _free_port() -> int:
    from agentops.supervisor import ports

    return ports.free()


def _until_it_answers(client) -> None:
    import time

    import redis

    for _ in range(200):
        try:
            client.ping()
            return
        except redis.RedisError:
            time.sleep(0.05)
    raise AssertionError("the stand-in did not come up")
