"""Files written whole or not at all, and the places where they may be written."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_OLD = 86_400  # seconds: nobody is still writing a temporary file of yesterday


def require_place(target: Path) -> Path:
    """The folder of a file to be written. Raises OSError if it is missing or not writable, or the target no file."""
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder, expected a file name")
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{target} is a device or pipe, expected the name of an ordinary file")
    return _writable(target.parent)


def _writable(folder: Path) -> Path:
    if not folder.is_dir():
        raise FileNotFoundError(f"the folder {folder} does not exist; make it first, or choose another")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"the folder {folder} is not writable; choose another")
    return folder


def write_whole(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file, its parts one after another, so that it is there completely or not at all.

    Removes what killed processes have left in the folder. Raises OSError, which names the file.
    """
    path = Path(os.path.realpath(path))  # through a symbolic link, not over it
    require_place(path)
    remove_leftovers(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".margin-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes 0600 files
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk does not say where
        raise


def require_new_folder(target: Path) -> Path:
    """The folder that a new one is to be made in. Raises OSError unless the target is missing, or an empty folder.

    The current folder is refused, as it is replaced by the new one.
    """
    target = Path(os.path.realpath(target))
    if target.is_dir():
        entry = next(target.iterdir(), None)
        if entry is not None:
            raise FileExistsError(f"{target} holds {entry.name[:60]!r}, expected a new folder or an empty one")
        if target == Path.cwd():
            raise FileExistsError(f"{target} is the current folder, expected another one, which is made")
    elif target.exists():
        raise NotADirectoryError(f"{target} is a file, expected a new folder or an empty one")
    return _writable(target.parent)


def write_folder(folder: Path, contents: Mapping[str, bytes], replace: bool = False) -> None:
    """Make a folder with files by their names, so that it is there with all of them or not at all.

    Names may have folders in them. With `replace` a folder that is there goes once the new one is complete; the caller
    knows that nobody misses its files. Raises OSError as `require_new_folder`.
    """
    target = Path(os.path.realpath(folder))
    parent = _writable(target.parent) if replace and target.is_dir() else require_new_folder(folder)
    remove_leftovers(parent)
    temporary = Path(tempfile.mkdtemp(dir=parent, prefix=".margin-", suffix=".part"))
    try:
        for name, data in contents.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(temporary / name, data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o777 & ~umask)  # mkdtemp makes 0700 folders
        _moved(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _moved(folder: Path, target: Path) -> None:
    """Put a folder in the target's place. What was there is back where that fails, and removed where it does not."""
    if not target.is_dir() or next(target.iterdir(), None) is None:
        os.replace(folder, target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=".margin-", suffix=".part"))
    os.replace(target, aside)
    try:
        os.replace(folder, target)
    except BaseException:
        os.replace(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def remove_leftovers(folder: Path, age: float = _OLD) -> None:
    """Remove what killed processes have left half written, more than `age` seconds ago.

    Age 0 is for who knows that no other process writes into the folder.
    """
    for path in folder.glob(".margin-*.part"):
        with suppress(OSError):  # another process may be as quick
            if not age or time.time() - path.stat().st_mtime > age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
