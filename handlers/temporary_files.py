"""Files on their way to somebody: they stay on no disk, even when the process that makes them is killed."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "partner-desk-file-"
# Between making a folder and marking it there is a moment.
YOUNG_SECONDS = 2.0


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder until the block ends. What processes that were killed have left goes first.

    It is locked as long as this process lives: the system takes the lock away with it, however it ends.
    """
    sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder, _opened(Path(folder)) as mark:
        with suppress(OSError):  # some network disks know no locks: nobody can sweep there either
            fcntl.flock(mark, fcntl.LOCK_EX)
        yield Path(folder)


def sweep() -> None:
    """Takes away the folders that no process has any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), _opened(folder) as mark:
            seen = os.fstat(mark)
            if seen.st_uid == os.getuid() and time.time() - seen.st_mtime >= YOUNG_SECONDS:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Raises OSError for what is no folder, or somebody else's."""
    mark = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield mark
    finally:
        os.close(mark)
