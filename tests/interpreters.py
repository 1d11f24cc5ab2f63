"""The Python interpreters of this machine, by the versions that pyproject.toml declares.

python -m tests.interpreters        one line for each version: 3.12 and the interpreter's path, or none
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.helpers.command_line import ROOT

_ASK = "import sys, venv; print(sys.implementation.name, '{}.{}'.format(*sys.version_info))"


def declared(project: str) -> list[str]:
    """Versions that the classifiers of a pyproject.toml name, in order. Raises ValueError without any."""
    classifiers = tomllib.loads(project)["project"]["classifiers"]
    versions = [m[1] for c in classifiers if (m := re.fullmatch(r"Programming Language :: Python :: (3\.[0-9]+)", c))]
    if not versions:
        raise ValueError("pyproject.toml: no classifier 'Programming Language :: Python :: 3.x'")
    return versions


def candidates(versions: list[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Where interpreters may be: this one, `python3.x` in every folder of PATH, and those of pyenv."""
    yield sys.executable
    for folder in environment.get("PATH", "").split(os.pathsep):
        for version in versions:
            yield os.path.join(folder, f"python{version}")
    root = environment.get("PYENV_ROOT", "")
    if not root and shutil.which("pyenv", path=environment.get("PATH")):
        asked = subprocess.run(["pyenv", "root"], env=dict(environment), capture_output=True, text=True, check=False)
        root = asked.stdout.strip()
    if root:
        yield from map(str, sorted(Path(root).glob("versions/*/bin/python")))


def version_of(interpreter: str) -> str | None:
    """The version 3.x of a CPython that can make environments; None for anything else, as a shim that runs nothing."""
    if not os.access(interpreter, os.X_OK) or os.path.isdir(interpreter):
        return None
    try:
        asked = subprocess.run([interpreter, "-c", _ASK], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    name, _, version = asked.stdout.strip().partition(" ")
    return version or None if asked.returncode == 0 and name == "cpython" else None


def interpreters(versions: list[str], environment: Mapping[str, str]) -> dict[str, str | None]:
    """The first interpreter found of each version, None where there is none."""
    result: dict[str, str | None] = dict.fromkeys(versions)
    for path in candidates(versions, environment):
        version = version_of(path)
        if version in result and result[version] is None:
            result[version] = path
    return result


def main() -> int:
    """Print the interpreters; exit code 0."""
    versions = declared((ROOT / "pyproject.toml").read_text("utf-8"))
    for version, path in interpreters(versions, os.environ).items():
        print(version, path or "none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
