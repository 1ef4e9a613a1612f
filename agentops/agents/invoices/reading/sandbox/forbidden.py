"""System calls that a parser never needs, by what they could be used for: numbers on x86_64 and on aarch64.

Answered with EPERM. 0 stands for a call that an architecture does not have. The numbers are those of the kernel's
syscall tables; above 423 they are the same everywhere.
"""

from __future__ import annotations

Numbers = dict[str, tuple[int, int]]

NETWORK: Numbers = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "bind": (49, 200), "listen": (50, 201),
    "socketpair": (53, 199), "accept4": (288, 242), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}  # fmt: skip

PROGRAMS: Numbers = {"fork": (57, 0), "vfork": (58, 0), "execve": (59, 221), "execveat": (322, 281)}

OTHER_PROCESSES: Numbers = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "kcmp": (312, 272), "migrate_pages": (256, 238), "move_pages": (279, 239), "setpriority": (141, 140),
    "ioprio_set": (251, 30), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
}  # fmt: skip

# What outlives the process and is counted by no limit of its own.
SHARED_MEMORY: Numbers = {
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "memfd_create": (319, 279),
}  # fmt: skip

# Landlock knows most of these; kernels without it, and modes, owners and times everywhere, need them named.
CHANGING_FILES: Numbers = {
    "truncate": (76, 45), "rename": (82, 0), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, 0),
    "mkdirat": (258, 34), "rmdir": (84, 0), "creat": (85, 0), "link": (86, 0), "linkat": (265, 37),
    "unlink": (87, 0), "unlinkat": (263, 35), "symlink": (88, 0), "symlinkat": (266, 36), "mknod": (133, 0),
    "mknodat": (259, 33), "chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, 0), "fchown": (93, 55), "lchown": (94, 0), "fchownat": (260, 54), "utime": (132, 0),
    "utimes": (235, 0), "futimesat": (261, 0), "utimensat": (280, 88), "setxattr": (188, 5),
    "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
}  # fmt: skip

KERNEL: Numbers = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "personality": (135, 92), "modify_ldt": (154, 0),
    "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60), "swapon": (167, 224), "swapoff": (168, 225),
    "reboot": (169, 142), "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, 0),
    "ioperm": (173, 0), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "fanotify_init": (300, 262),
}  # fmt: skip

GROUPS = (NETWORK, PROGRAMS, OTHER_PROCESSES, SHARED_MEMORY, CHANGING_FILES, KERNEL)


def numbers(machine: str) -> list[int]:
    """All of them on `machine`, which is x86_64 or aarch64."""
    place = ("x86_64", "aarch64").index(machine)
    return sorted({pair[place] for group in GROUPS for pair in group.values() if pair[place]})
