"""Every citation of the theory names a section that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.citations import ROOT, THEORY, bare, cited, documents, missing, sections

EXISTING = sections(THEORY.read_text("utf-8"))
PATHS = list(documents())
NAME = "docs/" + "theory.md"  # this file cites sections that do not exist


def test_sections_are_numbered_in_order_and_once() -> None:
    numbers = [tuple(map(int, number.split("."))) for number in EXISTING]
    tops = {number for number in numbers if len(number) == 1}
    assert tops == {(top,) for top in range(1, len(tops) + 1)}
    for top in range(1, len(tops) + 1):
        lower = sorted(number[1] for number in numbers if len(number) == 2 and number[0] == top)
        assert lower == list(range(1, len(lower) + 1))
    assert len(EXISTING) == sum(line.startswith("#") for line in THEORY.read_text("utf-8").splitlines()) - 1


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(ROOT)))
def test_citations_name_sections_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    assert missing(text, EXISTING) == []
    assert bare(text) == []


def test_the_documents_searched_are_those_of_the_project() -> None:
    found = {str(path.relative_to(ROOT)) for path in PATHS}
    assert {"README.md", "docs/theory.md", "tests/docs/citations.py", "proofs_check/check.py"} <= found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"see {NAME}, 5.2 for that", ["5.2"]),
        (f"({NAME}, 5.2 and 5.3)", ["5.2", "5.3"]),
        (f"{NAME}, 4.1, 4.2 and 5.10, whatever the 3 inputs", ["4.1", "4.2", "5.10"]),
        (f"`{NAME}`, 7", ["7"]),
        (f"{NAME},\n    5.8 to 5.10.", ["5.8", "5.10"]),
        (f"{NAME},\n# 5.8", ["5.8"]),
        (f"{NAME}, 5.2, 2-dimensional ones", ["5.2"]),
        ("[theory](theory.md) is numbered", []),
    ],
)
def test_citations_are_found(text: str, expected: list[str]) -> None:
    assert cited(text) == expected


def test_a_missing_section_is_caught() -> None:
    assert missing(f"{NAME}, 5.2 and 5.99", EXISTING) == ["5.99"]
    assert missing(f"{NAME}, 42", EXISTING) == ["42"]


def test_the_old_form_is_caught() -> None:
    word = "THEORY"
    assert bare(f"({word} 5), {word} section 1, {word} 1-3") == [f"{word} 5", f"{word} section 1", f"{word} 1-3"]
    assert bare(f"{word}, TRAINED = BLACK, BLUE") == []
