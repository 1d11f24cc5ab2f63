"""Console blocks of the README and of docs/*.md, run. Rewrites them when called: python -m tests.helpers.readme"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.helpers.command_line import ROOT

README = ROOT / "README.md"
DOCUMENTS = (README, *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"```console\n\$ python ([^\n]*)\n(.*?)```", re.DOTALL)
# what differs from run to run or machine to machine: seconds, and the last bits of float64
_VARYING = re.compile(
    r'(?<=in )[\d.e-]+(?= s\b)|(?<="seconds": )[\d.e-]+|(?<=relative error )[\d.e-]+'
    r"|(?<=^gap {13})[\d.e-]+|(?<=priced is worth )[\d.e-]+|(?<=margin of a network of )\d+"
    r"|(?<=^verdict {9}(?:holds|fails) \()[\d.e-]+(?= s\))",
    re.MULTILINE,
)


def console_blocks(document: Path) -> list[tuple[str, str]]:
    """(arguments of python, printed output) of each console block."""
    return _BLOCK.findall(document.read_text("utf-8"))


def output(arguments: str) -> str:
    """What the command prints, run from the repository's root with lines of at most 120 characters."""
    command = [sys.executable, *shlex.split(arguments)]
    environment = os.environ | {"COLUMNS": "120"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def without_varying(text: str) -> str:
    """The text with seconds and rounding errors replaced by a mark."""
    return _VARYING.sub("*", text)


def rewrite() -> None:
    """Run every block and put its output into its document."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        made = _BLOCK.sub(lambda m: f"```console\n$ python {m[1]}\n{output(m[1])}```", text)
        if made != text:
            document.write_text(made, "utf-8")


if __name__ == "__main__":
    rewrite()
