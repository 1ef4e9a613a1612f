# ruff: noqa: S103, S108, S606, SIM115 - attacks are meant to look like this
"""A helper whose children attack: run as a script in place of the real one, with tasks that do what they must not."""

import contextlib
import ctypes
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOM = Path(__file__).parents[5] / "agentops/agents/invoices/reading/sandbox/start.py"
CODES = {"shmget": 29, "memfd_create": 319, "tgkill": 234, "prlimit64": 302, "chmod": 90, "setpriority": 141}


def call(name, *arguments):
    """A system call by its number on x86_64; raises what the kernel answers."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(CODES[name]), *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def allocate():
    return bytearray(2 * 1024**3)


def loop():
    while True:
        pass


def leave_the_group_and_wait():
    with contextlib.suppress(PermissionError):  # who leads a session cannot
        os.setpgid(0, os.getppid())
    time.sleep(60)


def fork_bomb():
    while True:
        os.fork()


def crash():
    ctypes.string_at(0)


def flood():
    return "x" * 40_000_000


ATTACKS = {
    "read a file": lambda: open("/etc/passwd").read(),
    "read the environment of another": lambda: open(f"/proc/{os.getppid()}/environ").read(),
    "list a folder": lambda: os.listdir("/home"),
    "open a socket": lambda: socket.socket(socket.AF_INET),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX),
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "start a program": lambda: subprocess.run(["/bin/true"], check=True),
    "fork": os.fork,
    "fork bomb": fork_bomb,
    "write a file": lambda: open("/tmp/attack", "w").write("x"),
    "change a file": lambda: os.chmod(__file__, 0o777),
    "make a folder": lambda: os.mkdir("/tmp/attack"),
    "remove a file": lambda: os.unlink(__file__),
    "kill the helper": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "kill the helper's thread": lambda: call("tgkill", os.getppid(), os.getppid(), signal.SIGKILL),
    "limit the helper": lambda: call("prlimit64", os.getppid(), 0, ctypes.create_string_buffer(16), None),
    "slow the helper": lambda: call("setpriority", 0, os.getppid(), 19),
    "send signals by a descriptor": lambda: __import__("fcntl").fcntl(0, 8, os.getppid()),
    "share memory": lambda: call("shmget", 0, ctypes.c_size_t(4096), 0o1600),
    "hide memory": lambda: os.memfd_create("x"),
    "trace": lambda: ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) and call("chmod", b"/", 0),
    "allocate": allocate,
    "loop": loop,
    "leave the group": leave_the_group_and_wait,
    "crash": crash,
    "flood": flood,
}


def main():
    spec = importlib.util.spec_from_file_location("start", ROOM)
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    start.load_package()
    from reading import inside
    from reading.sandbox import child

    def attack(job, data, walls):
        return json.dumps({"done": ATTACKS[job["attack"]]()}, default=str).encode()

    inside._TASKS["attack"] = attack
    child.main(int(sys.argv[1]))


if __name__ == "__main__":
    main()
