"""A folder below the house's root, opened step by step so that no link leads out of it.

Every name is looked up relative to a folder that is already open, and a link is never followed: what a stranger
puts into the folder cannot make this program read or move anything elsewhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from django.conf import settings

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", "~")


class FolderAway(Exception):
    """The folder cannot be looked at now; the message says why, for whoever set it up."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it lay there: what must not change while it is taken."""

    name: str
    inode: int
    size: int
    modified_ns: int


class Folder:
    """An open folder; names in it are plain names."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def files(self) -> tuple[list[Seen], list[str]]:
        """Complete-looking plain files by name, and the names of what is none and is left where it is.

        Folders, names that begin with a dot, and names that programs give to what they still write are passed over.
        """
        found, odd = [], []
        with os.scandir(self._handle) as entries:
            for entry in entries:
                try:
                    about = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # it has just been given another name, or was taken back
                if stat.S_ISDIR(about.st_mode) or entry.name.startswith(".") or _unfinished(entry.name):
                    continue
                if stat.S_ISREG(about.st_mode):
                    found.append(_seen(entry.name, about))
                else:
                    odd.append(entry.name)
        return sorted(found, key=lambda one: one.name), sorted(odd)

    def read(self, seen: Seen, most: int) -> bytes | None:
        """At most so many bytes of a file; None where it is not, or no longer, what was seen."""
        try:
            handle = os.open(seen.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._handle)
        except OSError:
            return None
        with open(handle, "rb") as file:
            if _seen(seen.name, os.fstat(handle)) != seen:
                return None
            data = file.read(most)
            return data if _seen(seen.name, os.fstat(handle)) == seen else None

    def put_aside(self, seen: Seen, place: str) -> bool:
        """Move a file into the folder `place` inside this one, under a name that is free there. False if the name
        holds something else by now: that one stays where it is, or is put back, to be taken itself."""
        if _now(seen.name, self._handle) != seen:
            return False
        with suppress(FileExistsError):
            os.mkdir(place, 0o750, dir_fd=self._handle)
        there = _open_folder(place, self._handle)
        try:
            aside = _free(seen, there)
            os.rename(seen.name, aside, src_dir_fd=self._handle, dst_dir_fd=there)
            moved = _now(aside, there)
            if moved is not None and replace(moved, name=seen.name) == seen:
                return True
            # Somebody wrote another file under this name between the look and the move.
            back = _free(seen, self._handle)
            os.link(aside, back, src_dir_fd=there, dst_dir_fd=self._handle, follow_symlinks=False)
            os.unlink(aside, dir_fd=there)
            return False
        finally:
            os.close(there)


@contextmanager
def opened(path: str) -> Iterator[Folder]:
    """The folder at `path` below the root; raises `FolderAway`."""
    handle = -1
    try:
        handle = os.open(settings.WATCH_ROOT, os.O_RDONLY | os.O_DIRECTORY)
        for step in path.split("/"):
            if step in ("", ".", ".."):
                raise FolderAway("The path of a watched folder goes down only, from the root that the house has set.")
            below = _open_folder(step, handle)
            os.close(handle)
            handle = below
        yield Folder(handle)
    except OSError as error:
        raise FolderAway(_in_words(error, path)) from error
    finally:
        if handle >= 0:
            os.close(handle)


def _open_folder(name: str, above: int) -> int:
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)


def _now(name: str, folder: int) -> Seen | None:
    try:
        return _seen(name, os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return None


def _seen(name: str, about: os.stat_result) -> Seen:
    return Seen(name, about.st_ino, about.st_size, about.st_mtime_ns)


def _unfinished(name: str) -> bool:
    return name.lower().endswith(UNFINISHED)


def _free(seen: Seen, there: int) -> str:
    """The file's own name, or with the time it was changed and a number where that is taken."""
    taken = set(os.listdir(there))
    stem, dot, suffix = seen.name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (seen.name, "")
    name, number = seen.name, 1
    while name in taken:
        number += 1
        name = f"{_cut(stem, 120)}.{number}{_cut(suffix, 120)}"
    return name


def _cut(text: str, most: int) -> str:
    return os.fsdecode(os.fsencode(text)[:most])  # of bytes: a name has at most 255


def _in_words(error: OSError, path: str) -> str:
    if error.errno in (errno.ENOENT,):
        return f"There is no folder {path} below the root of watched folders (AGENTOPS_WATCH_ROOT)."
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return f"{path} is no plain folder: links are not followed."
    return f"The folder {path} cannot be used: {error.strerror}."
