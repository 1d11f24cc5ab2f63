"""Headless Chromium for the tests of the report: Debian's, driven by playwright-core, an npm package fetched once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from paper_figures.report.engine import Package, Unavailable, archive, cache

PLAYWRIGHT = Package(
    "playwright-core",
    "1.65.1",
    "hqPpz7blSMPxWVdoeE1yiBSzXsKiVOd2k+kjCvmUywD2GPO2Dd9HfcWnq9NN0GHbNZDFgZ9JfBFr+X5/BLo0qw==",
)
REQUIRED = "REPORT_BROWSER"  # set to `required`, a test fails where it would be skipped
SCRIPT = Path(__file__).with_name("browser.cjs")
_SECONDS = 1500


def absent(reason: str) -> None:
    """Skip the test, or fail it where a browser is required."""
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{REQUIRED}=required, but {reason}")
    pytest.skip(reason)


def programs() -> tuple[str, str]:
    """Node and Chromium; skips the test without them."""
    found = shutil.which("node"), shutil.which("chromium")
    for name, path in zip(("node", "chromium"), found, strict=True):
        if path is None:
            absent(f"{name} is not installed")
    return str(found[0]), str(found[1])


def playwright() -> Path:
    """The unpacked package, below the cache; skips the test where it cannot be had."""
    home = cache() / f"{PLAYWRIGHT.name}-{PLAYWRIGHT.version}"
    if not (home / "package").is_dir():
        try:
            archive(PLAYWRIGHT)
        except Unavailable as reason:
            absent(str(reason))
        part = home.with_name(f"{home.name}-{os.getpid()}")
        with tarfile.open(cache() / PLAYWRIGHT.archive, mode="r:gz") as opened:
            opened.extractall(part, filter="data")
        try:
            os.replace(part, home)
        except OSError:  # another process was as quick
            shutil.rmtree(part)
    return home / "package"


def visited(scenario: str, folder: Path, **wanted: Any) -> Any:
    """What a scenario of browser.cjs sees; that the page says nothing on the console is asserted here."""
    node, chromium = programs()
    asked = {"scenario": scenario, "folder": str(folder), "chromium": chromium, "playwright": str(playwright())}
    done = subprocess.run(
        [node, str(SCRIPT)], input=json.dumps(asked | wanted), capture_output=True, text=True, timeout=_SECONDS
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["said"] == [], answer["said"]
    return answer["seen"]
