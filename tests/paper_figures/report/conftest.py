"""A small report for the tests, made once: one figure, few answers, with Python and without."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from margin.io.files import write_folder
from paper_figures.registry import PICTURES
from paper_figures.report import answers, build, engine
from paper_figures.report.command import drawn_figures

FEW = (("--p", "23", "--k", "3"), ("--p", "6", "--k", "2"), ("--group", "S3", "--k", "2"), ("--parity", "10,4"))
FIGURE = "widths"


@contextlib.contextmanager
def few_answers() -> Iterator[None]:
    """The report holds these answers alone, beside those of the agreement table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "asked", lambda: iter(FEW))
        yield


def small(scripts: dict[str, bytes] | None) -> dict[str, bytes]:
    """The files of a small report."""
    with few_answers():
        return build.contents(drawn_figures([PICTURES[FIGURE]]), scripts, "" if scripts else "a test has none")


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report without Python."""
    folder = tmp_path_factory.mktemp("plain") / "report"
    write_folder(folder, small(None))
    return folder


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with Python; skips the test where the package cannot be had."""
    from tests.paper_figures.report.browser import absent

    try:
        scripts = engine.scripts()
    except engine.Unavailable as reason:
        absent(str(reason))
    folder = tmp_path_factory.mktemp("python") / "report"
    write_folder(folder, small(scripts))
    return folder
