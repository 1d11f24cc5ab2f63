"""The documentation site builds without a warning, and shows docstrings as they were written."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT


def build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", out / "trees", source, out / "html"]
    return subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.exhaustive  # CI builds the site in a step of its own
@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("furo")
    done = build(ROOT / "docs", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path.relative_to(tmp_path / "html").as_posix(): path for path in (tmp_path / "html").rglob("*.html")}
    assert {"index.html", "theory.html", "claims.html", "_generated/margin/margin.tasks.html"} <= set(pages)
    text = unescape(re.sub(r"<[^>]+>", "", pages["_generated/margin/margin.tasks.html"].read_text("utf-8")))
    assert "nu = k + 1: the degree of homogeneity" in text
    assert "label 0 where the product of the first k is 1" in text
    assert not [
        name for name, path in pages.items() if re.search(r'(src|href)="https?://[^"]*\.(js|css)"', path.read_text())
    ]


@pytest.mark.slow
def test_a_page_with_a_broken_link_fails(tmp_path: Path) -> None:
    pytest.importorskip("furo")
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["myst_parser"]\n')
    (source / "index.md").write_text("# Index\n\n[nowhere](nothing.md)\n")
    assert build(source, tmp_path).returncode != 0
