"""The lock: every package of an environment that has the whole project, with its version.

python -m tests.helpers.lock > constraints.txt     from the environment that runs it
python -m tests.helpers.lock --check               exit code 1 if this environment has another package or version
python -m tests.helpers.lock --oldest              the oldest versions that the project says it takes, as constraints
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import distributions

from tests.helpers.command_line import ROOT

LOCK = ROOT / "constraints.txt"
OURS = "algebraic-margin"
TOOLS = {"pip", "wheel"}  # make an environment, and are in it or not
HEAD = """\
# Every package that the tests, the figures and the documentation ran with, also those that others bring along; made by
#     python -m tests.helpers.lock > constraints.txt
# torch is pinned because other releases of it pull in several GB of CUDA packages.
"""


def canonical(name: str) -> str:
    """One spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> dict[str, str]:
    """Packages of this environment by name, without the project and what makes environments.

    Versions without their local part: 2.13.0 of 2.13.0+cpu.
    """
    versions = {canonical(found.name): found.version.partition("+")[0] for found in distributions()}
    return {name: version for name, version in sorted(versions.items()) if name not in {OURS, *TOOLS}}


def written(packages: Mapping[str, str]) -> str:
    """The lock as text."""
    return HEAD + "".join(f"{name}=={version}\n" for name, version in packages.items())


def locked(text: str) -> dict[str, str]:
    """Packages of a lock. Raises ValueError for a line of another form, or a package that is there twice."""
    packages: dict[str, str] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, pin, version = line.partition("==")
            if not pin or name in packages or not re.fullmatch(r"[a-z0-9-]+", name) or not version[:1].isdigit():
                raise ValueError(f"lock: got {line!r}, expected one line name==version for each package")
            packages[name] = version
    return packages


def differences(lock: Mapping[str, str], packages: Mapping[str, str]) -> list[str]:
    """What an environment has that the lock does not say; packages of the lock that are absent are no difference."""
    return [
        f"{name} {version}, {f'locked {lock[name]}' if name in lock else 'not in the lock'}"
        for name, version in packages.items()
        if lock.get(name) != version
    ]


def oldest(project: str) -> dict[str, str]:
    """Packages that a pyproject.toml asks for with a minimum, and that minimum; pinned ones are left out.

    Raises ValueError for a package without either.
    """
    declared = tomllib.loads(project)["project"]
    extras = (text for extra in declared["optional-dependencies"].values() for text in extra)
    minimums: dict[str, str] = {}
    for text in (*declared["dependencies"], *extras):
        if text.startswith(f"{OURS}[") or "==" in text:
            continue
        wanted = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)", text)
        if wanted is None:
            raise ValueError(f"pyproject.toml: got {text!r}, expected name>=version or name==version")
        minimums[canonical(wanted[1])] = wanted[2]
    return minimums


def main(arguments: list[str]) -> int:
    """Print the lock of this environment, or compare; the exit code."""
    if arguments not in ([], ["--check"], ["--oldest"]):
        print("python -m tests.helpers.lock: expected nothing, --check or --oldest", file=sys.stderr)
        return 2
    if arguments == ["--oldest"]:
        minimums = oldest((ROOT / "pyproject.toml").read_text("utf-8"))
        print(*(f"{name}=={version}" for name, version in minimums.items()), sep="\n")
        return 0
    if not arguments:
        print(written(installed()), end="")
        return 0
    lines = differences(locked(LOCK.read_text("utf-8")), installed())
    print(*lines, f"{len(installed())} packages, {len(lines)} differ from {LOCK.name}", sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
