"""Links between documents lead somewhere, and commands in documents name modules that exist."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.links import anchors, broken, links, modules
from tests.helpers.command_line import ROOT
from tests.helpers.readme import DOCUMENTS

PAGES = [*DOCUMENTS, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md"))]
ELSEWHERE = {"venv", "pip", "sphinx"}
FORMER = {"margin.solver.survey"}  # the name under which saved tables were made, told as provenance


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert broken(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_name_modules_that_exist(page: Path) -> None:
    missing = [name for name in modules(page.read_text("utf-8")) - ELSEWHERE - FORMER if not _exists(name)]
    assert missing == []


def _exists(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    names = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert [name for name in names if f"\n{name}\n" not in index] == []


def test_a_broken_link_is_caught(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One `two`: three\n")
    page = tmp_path / "page.md"
    text = "[a](other.md), ![b](other.md#one-two-three), [c](none.md), [d](other.md#four), [e](https://x.org)"
    text += ", [f](#g)\n# G\n"
    page.write_text(text)
    assert broken(page, text) == ["none.md", "other.md#four"]
    assert broken(page, "[f](#h)") == ["#h"]


def test_what_counts_as_a_link() -> None:
    assert links("[a](b.md) `x` ![c](d.png)\n```sh\n[no](e.md)\n```\n[f](g.md)") == ["b.md", "d.png", "g.md"]
    assert anchors("# 5.13 Where fewer neurons are known\n```\n# no\n```\n") == {"513-where-fewer-neurons-are-known"}


def test_a_missing_module_is_caught() -> None:
    text = "python -m margin.predict --p 3, python3 -m venv x and python -I -m margin.nothing.there"
    assert modules(text) == {"margin.predict", "venv", "margin.nothing.there"}
    assert not _exists("margin.nothing.there")
    assert not _exists("margin.predicted")
    assert _exists("margin.predict")
