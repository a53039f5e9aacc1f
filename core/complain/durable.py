"""Files that survive a power cut: written beside their place, flushed to the disk, then renamed.

The order is write, flush the file, rename, flush the folder: a crash leaves the old file or the new one, never
half of one, and a rename that was reported is still there after the power returns.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

PART_SUFFIX = ".part"
"""Ends the name of a file or folder that is still being written; one found later is the leftover of a crash."""


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that it is on the disk, whole, when this returns; an older one is replaced.

    Args:
        path: Where the file is to stand; its folder must exist.
        data: All of its bytes. The file is readable by its owner only.

    Raises:
        OSError: The file could not be written; what stood there before still stands.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=PART_SUFFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            sync_descriptor(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_descriptor(descriptor: int) -> None:
    """Flush an open file to the disk itself.

    Args:
        descriptor: Of a file that is open for writing.

    On macOS ``fsync`` leaves the data in the drive's own cache (Apple, fsync(2)); ``F_FULLFSYNC`` does not.
    A file system that does not know it gets the plain flush.
    """
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(descriptor)
        return
    os.fsync(descriptor)


def sync_folder(path: Path) -> None:
    """Flush a folder, so that the names made, renamed or removed in it are on the disk.

    Args:
        path: An existing folder. On Windows nothing is done: a folder cannot be flushed there.
    """
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter, with all folders above it that are missing.

    Args:
        path: The folder; one that is there already is left as it is.

    Returns:
        ``path``, for chaining.
    """
    if path.is_dir():
        return path
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)
    return path
