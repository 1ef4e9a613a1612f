"""Linux system calls by ctypes: parent-death signal, no new privileges, Landlock, seccomp.

Facts and numbers: prctl(2), landlock(7), seccomp(2) and the kernel's syscall tables.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same on all architectures
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}  # all that an ABI can forbid; later ones 0xffff
_TCP, _SIGNALS_AND_ABSTRACT_SOCKETS = 0b11, 0b11

# Names of what a parser never needs; numbers differ between the two architectures.
_DENIED = {
    "x86_64": {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "fork": 57,
        "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165,
        "umount2": 166, "init_module": 175, "delete_module": 176, "kexec_load": 246, "add_key": 248,
        "request_key": 249, "keyctl": 250, "unshare": 272, "accept4": 288, "perf_event_open": 298,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
        "finit_module": 313, "bpf": 321, "execveat": 322, "userfaultfd": 323, "pidfd_send_signal": 424,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "unshare": 97, "kexec_load": 104,
        "init_module": 105, "delete_module": 106, "ptrace": 117, "kill": 129, "socket": 198, "socketpair": 199,
        "bind": 200, "listen": 201, "accept": 202, "connect": 203, "add_key": 217, "request_key": 218,
        "keyctl": 219, "execve": 221, "perf_event_open": 241, "accept4": 242, "open_by_handle_at": 265,
        "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273, "bpf": 280,
        "execveat": 281, "userfaultfd": 282, "pidfd_send_signal": 424, "io_uring_setup": 425,
        "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434, "pidfd_getfd": 438,
    },
}  # fmt: skip
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3, _CLONE_THREAD = 435, 0x10000
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38


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
    """Answer EPERM to sockets, other programs, other processes, mounts and kernel interfaces."""
    machine = platform.machine()
    if machine not in _ARCHITECTURE:
        return False
    program = _program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    return _prctl(_PR_SET_SECCOMP, 2, header)


def _program(machine: str) -> bytes:
    """The filter: wrong architecture and denied numbers fail, new processes fail, threads pass."""
    load_arch, load_number, load_flags = (_bpf(0x20, offset) for offset in (4, 0, 16))
    deny, allow = _bpf(0x06, _EPERM), _bpf(0x06, _ALLOW)
    code = [load_arch, _bpf(0x15, _ARCHITECTURE[machine], 1, 0), deny, load_number]
    code += [_bpf(0x35, 0x40000000, 0, 1), deny]  # the x32 numbers of x86_64
    # glibc falls back to clone, whose flags can be looked at, where clone3 is absent.
    code += [_bpf(0x15, _CLONE3, 0, 1), _bpf(0x06, _ENOSYS)]
    for number in sorted(_DENIED[machine].values()):
        code += [_bpf(0x15, number, 0, 1), deny]
    code += [_bpf(0x15, _CLONE[machine], 0, 3), load_flags, _bpf(0x45, _CLONE_THREAD, 1, 0), deny, allow]
    return b"".join(code)


def _bpf(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


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
