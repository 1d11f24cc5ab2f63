"""The lock names every package, those that others bring along too; the project's minimums lie below it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

from tests.helpers.command_line import ROOT
from tests.helpers.lock import HEAD, LOCK, OURS, canonical, differences, installed, locked, main, oldest, written

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def declared() -> list[Requirement]:
    """What the project asks for by itself, all extras; its own extras within extras left out."""
    texts = [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]
    return [wanted for text in texts if canonical((wanted := Requirement(text)).name) != OURS]


def closure() -> set[str]:
    """Packages that the declared ones need, and those that these need, on this system."""
    reached, waiting = set[str](), declared()
    while waiting:
        wanted = waiting.pop()
        name = canonical(wanted.name)
        if name not in reached:
            reached.add(name)
            lines = map(Requirement, distribution(name).requires or ())
            waiting += [line for line in lines if not line.marker or line.marker.evaluate({"extra": ""})]
    return reached


def test_every_package_that_is_needed_is_locked_at_the_installed_version() -> None:
    lock = locked(LOCK.read_text("utf-8"))
    try:
        needed = closure()
    except PackageNotFoundError as error:
        pytest.skip(f"an extra is not installed: {error}")
    assert {"highspy", "mpmath", "pillow", "execnet", "torch"} <= needed
    assert needed <= set(lock)
    assert differences(lock, {name: version for name, version in installed().items() if name in needed}) == []


def test_a_package_that_is_missing_or_moved_shows() -> None:
    lock = {"highspy": "1.15.0", "numpy": "2.4.6", "absent": "1.0"}
    assert differences(lock, {"highspy": "1.16.0", "numpy": "2.4.6", "new-one": "3.0"}) == [
        "highspy 1.16.0, locked 1.15.0",
        "new-one 3.0, not in the lock",
    ]
    assert differences(lock, {"numpy": "2.4.6"}) == []


def test_the_lock_is_what_its_command_writes() -> None:
    text = LOCK.read_text("utf-8")
    assert text.startswith(HEAD)
    assert written(locked(text)) == text
    assert list(locked(text)) == sorted(locked(text))
    assert "torch==2.13.0" in text.splitlines()
    assert "+" not in text.removeprefix(HEAD)


@pytest.mark.parametrize(
    "text", ["numpy\n", "numpy>=2\n", "numpy==2.0\nnumpy==2.0\n", "NumPy==2.0\n", "a==\n", "-e .\n"]
)
def test_a_damaged_lock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected one line name==version"):
        locked(text)


def test_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == written(installed())
    assert main(["--oldest"]) == 0
    assert {"numpy==2.0", "cvxpy==1.8"} <= set(capsys.readouterr().out.splitlines())
    assert main(["--write"]) == 2
    assert "expected nothing, --check or --oldest" in capsys.readouterr().err
    monkeypatch.setattr("tests.helpers.lock.installed", lambda: {"new-one": "3.0"})
    assert main(["--check"]) == 1
    assert capsys.readouterr().out == ("new-one 3.0, not in the lock\n1 packages, 1 differ from constraints.txt\n")
    monkeypatch.setattr("tests.helpers.lock.installed", lambda: {"torch": "2.13.0"})
    assert main(["--check"]) == 0


def test_every_declared_package_has_a_minimum_that_the_lock_meets() -> None:
    lock = locked(LOCK.read_text("utf-8"))
    for wanted in declared():
        assert re.match(r"(>=|==)\d", str(wanted.specifier)), f"{wanted} has no minimum"
        assert wanted.specifier.contains(lock[canonical(wanted.name)]), str(wanted)


def test_oldest_versions_are_the_declared_minimums() -> None:
    project = '[project]\ndependencies = ["Num_py>=2.0"]\n[project.optional-dependencies]\n'
    assert oldest(project + 'a = ["torch==2.13.0", "x>=1.2.3"]\nb = ["algebraic-margin[a]"]') == {
        "num-py": "2.0",
        "x": "1.2.3",
    }
    with pytest.raises(ValueError, match="got 'furo', expected name>=version"):
        oldest(project + 'a = ["furo"]')


def test_the_solver_needs_highs_and_images_need_pillow() -> None:
    """Direct needs are named: cvxpy finds HiGHS from 1.8 on, and without it answers are poorer without a word."""
    minimum = {wanted.name: str(wanted.specifier) for wanted in declared()}
    assert minimum["cvxpy"] == ">=1.8"
    assert "pillow" in " ".join(EXTRAS["figures"])
    assert any(text.startswith("mpmath") for text in PROJECT["dependencies"])
