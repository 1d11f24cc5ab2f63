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


def within_two_clicks(root: Path, start: str) -> set[Path]:
    """Files that links lead to from a document, or from a document that it links."""

    def targets(document: Path) -> set[Path]:
        names = (target.partition("#")[0] for target in links(document.read_text("utf-8")))
        return {(document.parent / name).resolve() for name in names if name}

    first = targets(root / start)
    return first.union(*(targets(path) for path in first if path.suffix == ".md"))


def test_every_page_is_within_two_clicks_of_the_readme() -> None:
    """Links of the text as it stands, which hold on any host of it; the site's index lists every page besides."""
    near = within_two_clicks(ROOT, "README.md")
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "notebooks").glob("*.py")]
    formats = list((ROOT / "proofs_check" / "formats").glob("*.md"))
    assert len(pages) >= 25
    assert len(formats) >= 6
    assert [str(path.relative_to(ROOT)) for path in (*pages, *formats) if path.resolve() not in near] == []


def test_a_page_three_clicks_away_is_caught(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name, text in {
        "README": "[a](docs/a.md#x)",
        "docs/a": "# X\n[b](b.md)",
        "docs/b": "[c](c.md)",
        "docs/c": "",
    }.items():
        (tmp_path / f"{name}.md").write_text(text)
    near = {path.name for path in within_two_clicks(tmp_path, "README.md")}
    assert near == {"a.md", "b.md"}


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
