"""Every group that a table, a figure or a page names can be typed: at --group, and as `algebraic-margin group NAME`."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from margin import parse
from margin.io.catalogue import COMMANDS
from margin.surveys.groups import all_groups
from margin.tasks import GroupComposition
from tests.helpers.command_line import ROOT, call

DOCUMENTS = (
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "figures").glob("*.txt")),
)
PLACEHOLDERS = {"NAME", "FILE.csv", "T.csv"}


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def survey() -> dict[str, int | None]:
    """Names of the table of representations and of its figure, with their orders; what it is made from."""
    saved = {row["group"]: int(row["order"]) for row in rows(ROOT / "margin/data/surveys/groups.csv")}
    page = (ROOT / "docs/survey.md").read_text("utf-8")
    shown = {name: int(order) for name, order in re.findall(r"^\| ([^|]+) \| ([0-9]+) \|", page, re.MULTILINE)}
    assert saved == shown
    assert list(saved) == all_groups()
    return dict(saved)


def other_tables() -> dict[str, int | None]:
    """Names in the tables of widths, of the solver, and of the training runs behind the figures."""
    names = {row["checked_on"] for row in rows(ROOT / "margin/data/surveys/widths.csv")} - {""}
    for path in (*(ROOT / "margin/data/surveys/solver").glob("*.csv"), *(ROOT / "training/data").glob("*.csv")):
        text = path.read_text("utf-8")
        names |= set(re.findall(r"composition of [0-9]+ elements of ([A-Za-z0-9]+)", text))
        names |= {name.strip('"') for name in re.findall(r"group:([A-Za-z0-9(),]+?)(?=,|\"|\n)", text)}
    return dict.fromkeys(names)


def pages() -> dict[str, int | None]:
    """Names in commands, tasks, products and numbers of the library of small groups in the pages and captions."""
    names: set[str] = set()
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        names |= {
            quoted or plain for quoted, plain in re.findall(r"--group (?:'([^']+)'|([A-Za-z][A-Za-z0-9.]*))", text)
        }
        names |= set(re.findall(r"group:([A-Za-z0-9]+)", text))
        names |= set(re.findall(r"SmallGroup\([0-9]+,[0-9]+\)", text))
        names |= set(re.findall(r"\b(?:Dic|SD|[CDSAQ])[0-9]+(?:x(?:Dic|SD|[CDSAQ])[0-9]+)+\b", text))
    return dict.fromkeys(names - PLACEHOLDERS)


def spellings() -> dict[str, int | None]:
    """All that the page of the groups says is read."""
    page = (ROOT / "docs/groups.md").read_text("utf-8")
    table = page[page.index("| name | group |") : page.index("**One convention")]
    cells = [line.split("|") for line in table.splitlines()[2:] if "FILE.csv" not in line and line.startswith("|")]
    return dict.fromkeys(text.strip("'") for cell in cells for text in re.findall(r"`([^`]+)`", cell[1] + cell[3]))


def examples() -> dict[str, int | None]:
    """In the help of the commands."""
    names = {word for c in COMMANDS for text in c.examples for word in re.findall(r"--group (\S+)", text)}
    names |= {text.split()[0] for c in COMMANDS if c.name == "group" for text in c.examples}
    return dict.fromkeys(names)


SOURCES = {"survey": survey, "tables": other_tables, "pages": pages, "spellings": spellings, "examples": examples}
LEAST = {"survey": 76, "tables": 10, "pages": 20, "spellings": 35, "examples": 4}


@pytest.mark.parametrize("source", SOURCES)
def test_every_name_that_is_printed_can_be_typed(source: str) -> None:
    names = SOURCES[source]()
    assert len(names) >= LEAST[source], sorted(names)
    for name, order in names.items():
        task = parse(f"group:{name}", 2)
        assert isinstance(task, GroupComposition)
        answer = call(name, "--json", module="margin.group")
        assert answer.code == 0, answer.err
        assert json.loads(answer.out)["order"] == task.n
        assert order in (None, task.n), name


@pytest.mark.parametrize(
    "name", ["SmallGroup(24,99)", "C5 : C4", "E8", "S_", "SmallGroup(8,3) Q8", "Group(1,2)", "C2xx"]
)
def test_what_is_no_name_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(ValueError):
        parse(f"group:{name}", 2).listed()
    answer = call(name, module="margin.group")
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
