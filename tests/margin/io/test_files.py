"""Files whole or not at all, and what a machine can hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from margin.io.files import remove_leftovers, require_new_folder, write_folder, write_whole
from margin.io.resources import available_memory, free_disk, readable_bytes, require_memory
from tests.helpers.command_line import contents, listing


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "no space left"), KeyboardInterrupt(), SystemExit(143)])
def test_write_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    target = tmp_path / "w"

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    for before in ({}, {"w": b"older"}):
        for name, content in before.items():
            (tmp_path / name).write_bytes(content)
        with pytest.raises(type(error)):
            write_whole(target, b"new")
        assert listing(tmp_path) == before
    monkeypatch.undo()
    write_whole(target, b"ne", memoryview(b"w"), b"er")
    assert listing(tmp_path) == {"w": b"newer"}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_files_get_the_usual_permissions(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "w", b"new")
        assert (tmp_path / "w").stat().st_mode & 0o777 == mode
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


def test_longest_file_name(tmp_path: Path) -> None:
    write_whole(tmp_path / ("w" * 255), b"new")
    assert list(listing(tmp_path)) == ["w" * 255]


@pytest.mark.parametrize("empty", [False, True])
def test_a_folder_is_there_with_everything(tmp_path: Path, empty: bool) -> None:
    target, linked = tmp_path / "new", tmp_path / "link"
    if empty:
        target.mkdir()
        linked.symlink_to(target)
    write_folder(linked if empty else target, {"a": b"1", "b": b"2"})
    assert listing(target) == {"a": b"1", "b": b"2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == (["link", "new"] if empty else ["new"])
    before = os.umask(0o027)
    os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o777 & ~before


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "no space left"), KeyboardInterrupt(), SystemExit(143)])
def test_or_the_folder_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        write_folder(tmp_path / "new", {"a": b"1"})
    assert contents(tmp_path) == {}


def test_a_folder_in_the_place_of_another(tmp_path: Path) -> None:
    """Names have folders in them; what was there is gone, and only where it is to be replaced."""
    write_folder(tmp_path / "new", {"a": b"1", "b/c": b"2"})
    with pytest.raises(OSError, match="expected a new folder"):
        write_folder(tmp_path / "new", {"b/d": b"3"})
    assert contents(tmp_path / "new") == {"a": b"1", "b": None, "b/c": b"2"}
    write_folder(tmp_path / "new", {"b/d": b"3"}, replace=True)
    assert contents(tmp_path) == {"new": None, "new/b": None, "new/b/d": b"3"}
    write_folder(tmp_path / "other", {"a": b"1"}, replace=True)
    assert contents(tmp_path / "other") == {"a": b"1"}


@pytest.mark.parametrize("failing", [1, 2])
def test_or_the_other_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """Whichever of the two moves fails."""
    write_folder(tmp_path / "new", {"a": b"1"})
    moves, replace = list[str](), os.replace

    def fail(source: Path, target: Path) -> None:
        if Path(source).is_dir():
            moves.append(Path(target).name)
            if len(moves) == failing:
                raise OSError(5, "input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="input/output"):
        write_folder(tmp_path / "new", {"a": b"2"}, replace=True)
    assert (tmp_path / "new" / "a").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".part")] == ["new"]


def test_folders_that_are_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = contents(tmp_path)
    for place, said in (
        ("full", r"holds 'mine.txt', expected a new folder or an empty one"),
        ("file", r"is a file, expected a new folder"),
        ("no/new", r"the folder .*no does not exist"),
        ("here", r"is the current folder"),
    ):
        with pytest.raises(OSError, match=said):
            require_new_folder(tmp_path / place)
        with pytest.raises(OSError, match=said):
            write_folder(tmp_path / place, {"a": b"1"})
    assert contents(tmp_path) == before
    assert require_new_folder(tmp_path / "new") == tmp_path


def test_folders_of_killed_processes_are_removed(tmp_path: Path) -> None:
    left = tmp_path / ".margin-x.part"
    left.mkdir()
    (left / "a").write_text("half")
    remove_leftovers(tmp_path)
    assert left.is_dir()  # another process may still be writing
    os.utime(left, (0, 0))
    remove_leftovers(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1439, "1.44 kB"),
        (180 * 10**6, "180 MB"),
        (10**9, "1 GB"),
        (2 * 10**12, "2 TB"),
        (2 * 10**31, "2.0e+31 bytes"),
    ],
)
def test_readable_bytes(size: int, text: str) -> None:
    assert readable_bytes(size) == text
    assert readable_bytes(size + size // 5 + 1) != text


@pytest.mark.parametrize("digits", [300, 310, 5000])
def test_readable_bytes_beyond_floats(digits: int) -> None:
    text = readable_bytes(10**digits)
    assert text.startswith("about 10^")
    assert text.endswith(" bytes")
    assert abs(int(text.removeprefix("about 10^").removesuffix(" bytes")) - digits) <= 1


def test_require_memory() -> None:
    require_memory(0, "nothing")
    with pytest.raises(MemoryError, match=r"logits: needs 1\.0e\+30 bytes of memory, .* are available; choose"):
        require_memory(10**30, "logits")


def test_available_memory_is_the_least_known_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < available_memory() <= physical
    assert free_disk(tmp_path) > 0
    files: dict[str, str] = {}

    def read_text(path: Path) -> str:
        if str(path) not in files:
            raise FileNotFoundError(path)
        return files[str(path)]

    monkeypatch.setattr(Path, "read_text", read_text)
    assert available_memory() == physical
    files["/proc/meminfo"] = "MemTotal:       10 kB\nMemAvailable:    7 kB\n"
    assert available_memory() == 7 * 1024
    files |= {"/sys/fs/cgroup/memory.max": "5000\n", "/sys/fs/cgroup/memory.current": "1000\n"}
    assert available_memory() == 4000
    files["/sys/fs/cgroup/memory.max"] = "max\n"
    assert available_memory() == 7 * 1024
    files.clear()
    monkeypatch.delattr(os, "sysconf")
    assert available_memory() == 1 << 62


def test_saving_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"
