"""docs/bring_your_weights.md: every block is run literally, in order, and prints what the page shows."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT, listing

PAGE = ROOT / "docs" / "bring_your_weights.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"\d+\.\d+(?:e-?\d+)?")
RELATIVE, ABSOLUTE = 0.05, 1e-4  # between a number on the page and one printed: float32 on another machine


def blocks() -> list[tuple[str, str]]:
    """Language and content of every block of the page."""
    return BLOCK.findall(PAGE.read_text("utf-8"))


def alike(shown: str, printed: str) -> bool:
    """Whether two lines are the same but for small differences between numbers with a decimal point, and for `...`."""
    if "..." in shown:
        return re.fullmatch(".*".join(map(re.escape, shown.split("..."))), printed) is not None
    pairs = zip(map(float, NUMBER.findall(shown)), map(float, NUMBER.findall(printed)), strict=False)
    same = NUMBER.sub("*", shown) == NUMBER.sub("*", printed)
    return same and all(math.isclose(x, y, rel_tol=RELATIVE, abs_tol=ABSOLUTE) for x, y in pairs)


def unseen(shown: str, printed: str) -> str | None:
    """The first line of the page that is not printed; `...` stands for any lines, and all others follow directly."""
    lines, place, anywhere = printed.splitlines(), 0, False
    for line in shown.splitlines():
        if line == "...":
            anywhere = True
            continue
        places = range(place, len(lines)) if anywhere else range(place, min(place + 1, len(lines)))
        match = next((i for i in places if alike(line, lines[i])), None)
        if match is None:
            return line
        place, anywhere = match + 1, False
    return None if anywhere or place == len(lines) else f"the end, before {lines[place]!r}"


def run(language: str, content: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A block in a folder, where `algebraic-margin` is the script that pip installs; what it says, in one text."""
    script = folder / ".bin" / "algebraic-margin"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!{sys.executable}\nfrom margin.__main__ import enter\nenter()\n")
    script.chmod(0o755)
    places = {"PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = {"python": [sys.executable, "-c", content], "sh": ["sh", "-ec", content]}[language]
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | places,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
    )


@pytest.mark.slow
def test_every_block_runs_and_prints_what_the_page_shows(tmp_path: Path) -> None:
    for module in ("torch", "matplotlib"):
        pytest.importorskip(module)
    every = [*blocks(), ("end", "")]
    for (language, content), (following, shown) in pairwise(every):
        if language == "text":
            continue
        done = run(language, content, tmp_path)
        refused = following == "text" and shown.startswith("algebraic-margin ")
        assert done.returncode == (2 if refused else 0), done.stdout
        if following == "text":
            assert unseen(shown, done.stdout) is None, f"{content}\n{done.stdout}"
        elif language == "python":
            assert done.stdout == ""
    assert {"net.pt", "closer.pt", "square.pt", "margins.csv", "seen.json", "c.json"} <= set(listing(tmp_path))
    assert {"index.md", "weights.png", "inspection.json"} <= set(listing(tmp_path / "seen"))
    assert "trajectory.png" in listing(tmp_path / "margins")


def test_the_page_is_made_of_blocks_that_are_run() -> None:
    languages = [language for language, _ in blocks()]
    assert set(languages) == {"python", "sh", "text"}
    assert PAGE.read_text("utf-8").count("```") == 2 * len(languages)
    assert languages[0] == "python"
    assert all(before != "text" for before, after in pairwise(languages) if after == "text")
    assert len([line for line in blocks()[0][1].splitlines() if line]) <= 16
    words = " ".join(content for _, content in blocks())
    for wanted in ("--json", "--map", "--report", "--certificate", "verify", "plot"):
        assert wanted in words


def test_the_comparison_sees_what_differs() -> None:
    assert unseen("a 0.741\n", "a 0.742\n") is None
    assert unseen("a ... c\n", "a b c\n") is None
    assert unseen("...\na\n...\n", "x\na\nb\n") is None
    for shown, printed in (
        ("a 0.741\n", "a 0.9\n"),
        ("8 used\n", "7 used\n"),
        ("a\nb\n", "a\nx\nb\n"),
        ("a\n", "a\nb\n"),
        ("...\nb\n", "a\n"),
        ("a\na\n", "a\n"),
        ("a ... d\n", "a b c\n"),
    ):
        assert unseen(shown, printed) is not None
