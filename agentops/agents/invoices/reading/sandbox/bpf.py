"""The seccomp filter as a program: which system calls pass, by number and, for a few, by an argument."""

from __future__ import annotations

import struct

from . import forbidden

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # offsets: the lower halves of the arguments
_X32 = 0x40000000
_CLONE3, _OPENAT2 = 435, 437
_CALLS = {
    "x86_64": {"clone": 56, "open": 2, "openat": 257, "prlimit64": 302, "fcntl": 72},
    "aarch64": {"clone": 220, "openat": 56, "prlimit64": 261, "fcntl": 25},
}
_CLONE_THREAD = 0x10000
_WRITING = 0o3 | 0o100 | 0o1000 | 0o2000  # write-only, read-write, create, truncate, append
_OWNERS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: they send signals to others by way of a descriptor


def program(machine: str) -> bytes:
    """Raises `KeyError` for an architecture whose numbers are not known here."""
    calls = _CALLS[machine]
    code = [_op(_LOAD, _ARCHITECTURE), _op(_EQUAL, ARCHITECTURES[machine], 1, 0), _op(_RETURN, EPERM)]
    code += [_op(_LOAD, _NUMBER), _op(_AT_LEAST, _X32, 0, 1), _op(_RETURN, EPERM)]
    for number in (_CLONE3, _OPENAT2):  # their flags stand in memory; libraries fall back to calls that show them
        code += _if(number, [_op(_RETURN, ENOSYS)])
    for number in forbidden.numbers(machine):
        code += _if(number, [_op(_RETURN, EPERM)])
    code += _if(calls["clone"], [_op(_LOAD, _FIRST), _op(_ANY_BIT, _CLONE_THREAD, 1, 0), *_deny_else_allow()])
    if "open" in calls:
        code += _if(calls["open"], _unless_any(_SECOND, _WRITING))
    code += _if(calls["openat"], _unless_any(_THIRD, _WRITING))
    code += _if(calls["prlimit64"], [_op(_LOAD, _FIRST), _op(_EQUAL, 0, 1, 0), *_deny_else_allow()])
    owners = [_op(_EQUAL, command, len(_OWNERS) - place, 0) for place, command in enumerate(_OWNERS)]
    code += _if(calls["fcntl"], [_op(_LOAD, _SECOND), *owners, _op(_RETURN, ALLOW), _op(_RETURN, EPERM)])
    return b"".join([*code, _op(_RETURN, ALLOW)])


def _if(number: int, then: list[bytes]) -> list[bytes]:
    """`then` always ends with an answer, as the number is gone once an argument was loaded."""
    return [_op(_EQUAL, number, 0, len(then)), *then]


def _unless_any(argument: int, bits: int) -> list[bytes]:
    return [_op(_LOAD, argument), _op(_ANY_BIT, bits, 0, 1), *_deny_else_allow()]


def _deny_else_allow() -> list[bytes]:
    return [_op(_RETURN, EPERM), _op(_RETURN, ALLOW)]


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
