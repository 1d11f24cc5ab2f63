"""CITATION.cff is valid, and names exactly the works that README and documents cite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import margin
from tests.docs.citation_file import cited, complaints, listed
from tests.helpers.command_line import ROOT

FILE = (ROOT / "CITATION.cff").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
RELATED = (ROOT / "docs" / "related.md").read_text("utf-8")


def test_the_file_is_valid() -> None:
    assert complaints(FILE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cff-version: 1.2.0", "cff-version: 1.3.0", "file: cff-version is '1.3.0'"),
        ('date-released: "2026-11-21"', "date-released: 2026-11-21", "file: date-released is datetime"),
        ("message:", "massage:", "file: message is missing"),
        ("type: software", "type: program", "file: type is 'program'"),
        ("  - type: article", "  - type: paper", "file, references 1: type is 'paper'"),
        ('    title: "Low rank', '    name: "Low rank', "references 4: title is missing"),
        ("year: 2025", 'year: "25"', "year is '25'"),
        ("family-names: Tian", "surname: Tian", "references 5, authors 1: neither a person nor an entity"),
        ('given-names: "Anthony V."', 'given-names: ""', "authors 3: an empty name"),
        ("type: other, value", "type: arxiv, value", "references 1, identifiers 1"),
        ("type: other, value", "type: other, number", "identifiers 1: expected type and value"),
        ('url: "https', 'url: "see https', "references 1: url is"),
        ('doi: "10.', 'doi: "doi:10.', "doi is 'doi:10."),
        ("references:", "references: []\nothers:", "file: references is no list, or empty"),
        ("type: software", 'type: "software', "no YAML"),
    ],
)
def test_a_broken_file_is_told(old: str, new: str, said: str) -> None:
    assert old in FILE
    assert any(said in complaint for complaint in complaints(FILE.replace(old, new, 1)))


def test_a_text_that_is_no_mapping_is_told() -> None:
    assert complaints("- 1") == ["file: no mapping"]


def test_every_work_is_listed_once_and_named_on_the_page() -> None:
    names = listed(FILE)
    assert len(set(names)) == len(names) >= 18
    assert set(names) == cited(RELATED)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_cite_what_is_listed(page: Path) -> None:
    assert cited(page.read_text("utf-8")) <= set(listed(FILE))


def test_readme_credits_the_others() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    credit = readme[readme.index("## Credit") : readme.index("## How to cite")]
    assert {"2410.01779", "2602.03655", "2506.06489", "2505.18266", "2410.07476", "2407.12332"} <= cited(credit)
    assert "docs/related.md" in credit


def test_addresses_are_those_of_the_numbers() -> None:
    numbers = re.findall(r'value: "arXiv:(.+?)" \}\]\n    url: "https://arxiv\.org/abs/(.+?)"', FILE)
    assert len(numbers) == FILE.count("arXiv:") >= 17
    assert all(number == address for number, address in numbers)


def test_the_version_is_that_of_the_package() -> None:
    assert f"\nversion: {margin.__version__}\n" in FILE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(arXiv 2410.01779, squared loss)", {"2410.01779"}),
        ("arXiv:1110.0745.", {"1110.0745"}),
        ("doi 10.1007/978-3-319-59250-3_13)", {"10.1007/978-3-319-59250-3_13"}),
        ("gamma* = 0.001077586207, 15.749, 9409.5 and 20/2026.1234", set()),
    ],
)
def test_numbers_are_found(text: str, expected: set[str]) -> None:
    assert cited(text) == expected
