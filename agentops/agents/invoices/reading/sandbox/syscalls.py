"""Linux system calls by ctypes: parent-death signal, no new privileges, Landlock, seccomp.

Facts and numbers: prctl(2), landlock(7), seccomp(2). Elsewhere than on Linux each of these answers that it is absent.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys

from . import bpf

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same on all architectures
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}  # all that an ABI can forbid; later ones 0xffff
_TCP, _SIGNALS_AND_ABSTRACT_SOCKETS = 0b11, 0b11


def die_with_parent() -> bool:
    """The kernel kills this process when its parent ends, however that ends."""
    parent = os.getppid()
    done = _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:  # it ended before the kernel knew
        os._exit(1)
    return done


def no_new_privileges() -> bool:
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def landlock(readable: list[str]) -> int:
    """Forbid all files but reading below `readable`, TCP and signals to others; gives the ABI, 0 if absent."""
    abi = _syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return 0
    rights = struct.pack("QQQ", _FILE_RIGHTS.get(abi, 0xFFFF), _TCP, _SIGNALS_AND_ABSTRACT_SOCKETS)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    rules = _syscall(_LANDLOCK_CREATE, rights, ctypes.c_size_t(size), 0)
    if rules < 0:
        return 0
    for path in readable:
        _may_read(rules, path)
    done = _syscall(_LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)
    return abi if done == 0 else 0


def _may_read(rules: int, path: str) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # gone, or not ours to see: then it stays forbidden
        return
    _syscall(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", _READ_FILE | _READ_DIR, folder), 0)
    os.close(folder)


def seccomp() -> bool:
    """Answer EPERM to sockets, other programs, other processes, changes to files, mounts and kernel interfaces."""
    machine = platform.machine()
    if machine not in bpf.ARCHITECTURES or not sys.platform.startswith("linux"):
        return False
    program = bpf.program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    return _prctl(_PR_SET_SECCOMP, 2, header)


def _prctl(option: int, argument: int, more: bytes | None = None) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    third = ctypes.c_char_p(more) if more is not None else ctypes.c_ulong(0)
    return bool(libc.prctl(option, ctypes.c_ulong(argument), third, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0)


def _syscall(number: int, *arguments: object) -> int:
    if not sys.platform.startswith("linux"):
        return -1
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(number), *arguments))
