"""The installed copy: a wheel of what git tracks, unpacked, works in any folder with everything that it needs."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.helpers.architecture import tracked
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = ("margin", "proofs_check", "training", "paper_figures")
SHIPPED = (".py", ".json", ".csv", ".toml", ".parquet", ".md", ".css", ".js", ".html", ".txt", ".typed")
OTHER = 'raise ImportError("not the training of this project")\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is unpacked."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for path in tracked("*"):
        if path.relative_to(ROOT).parts[0] not in ("tests", "docs", "benchmarks"):
            target = source / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*command, "-w", str(built), str(source)], check=True, capture_output=True, text=True, timeout=300)
    (wheel,) = built.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    with ZipFile(wheel) as file:
        file.extractall(target)
    return target


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A user's folder, which has a package `training` of its own."""
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "__init__.py").write_text(OTHER)
    return tmp_path


def ran(site: Path, folder: Path, *arguments: str) -> Answer:
    """Python with the unpacked copy before all others, called in a folder."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment | {"PYTHONPATH": str(site)}, capture_output=True, text=True, timeout=120
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def test_the_wheel_has_every_file_of_its_packages_and_no_other_package(site: Path) -> None:
    wanted = {path.relative_to(ROOT) for path in tracked("*") if path.relative_to(ROOT).parts[0] in PACKAGES}
    unpacked = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert wanted - unpacked == set()
    assert {path.suffix for path in wanted} <= set(SHIPPED)
    folders = {path.parts[0] for path in unpacked}
    assert {name for name in folders if not name.endswith(".dist-info")} == set(PACKAGES)
    assert Path("proofs_check/data/verdicts.json") in unpacked
    assert [path for path in unpacked if path.parts[0] == "proofs_check" and path.suffix == ".md"] != []


def test_it_is_the_unpacked_copy_that_runs(site: Path, elsewhere: Path) -> None:
    program = "import margin, proofs_check, paper_figures; print(margin.__file__, proofs_check.__file__)"
    answer = ran(site, elsewhere, "-c", program)
    assert answer.code == 0
    assert all(path.startswith(str(site)) for path in answer.out.split())


def test_predictions(site: Path, elsewhere: Path) -> None:
    answer = ran(site, elsewhere, "-m", "margin.predict", "--p", "23", "--k", "3", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["margin"]["exact"] == "3/8096"


def test_the_survey(site: Path, elsewhere: Path) -> None:
    answer = ran(site, elsewhere, "-m", "margin.survey", "--group", "S3", "--k", "2", "--out", "x.csv")
    assert answer.code == 0, answer.err
    with (elsewhere / "x.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["group"], row["dimension"], row["used"]) for row in rows] == [("S3", d, "always") for d in ("1", "2")]


def test_certificates(site: Path, elsewhere: Path) -> None:
    made = ("-m", "margin.predict", "--p", "23", "--k", "3", "--certificate", "made.json")
    assert ran(site, elsewhere, *made).code == 0
    corpus = next(path for path in tracked("*.json") if path.parent.name == "valid" and path.name == "S3-k2.json")
    for path in ("made.json", str(corpus)):
        answer = ran(site, elsewhere, "-m", "proofs_check", "verify", path)
        assert (answer.code, answer.out.split()[0]) == (0, "VERIFIED")
    alone = ("-I", "-S", str(site / "proofs_check" / "check.py"))
    assert ran(site, elsewhere, *alone, "made.json").code == 0
    (elsewhere / "changed.json").write_bytes((elsewhere / "made.json").read_bytes().replace(b'"k":3', b'"k":2'))
    for command in (("-m", "proofs_check", "verify"), alone):
        assert ran(site, elsewhere, *command, "changed.json").code != 0


def test_claims_find_their_record_and_the_saved_runs(site: Path, elsewhere: Path) -> None:
    answer = ran(site, elsewhere, "-m", "proofs_check", "A3", "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["claims"][0]["verdict"] == "holds"
    answer = ran(site, elsewhere, "-m", "proofs_check", "A3", "--write")
    assert_refused(answer, "an installed copy has no documents", program="python -m proofs_check")
    program = "from proofs_check.claims.shared import saved_runs; print(len(saved_runs.embedding_power('mod71')))"
    assert ran(site, elsewhere, "-c", program).out == "10\n"


def test_without_its_record_nothing_is_judged(site: Path, elsewhere: Path) -> None:
    record = site / "proofs_check" / "data" / "verdicts.json"
    record.rename(elsewhere / "verdicts.json")
    try:
        answer = ran(site, elsewhere, "-m", "proofs_check", "A1")
    finally:
        (elsewhere / "verdicts.json").rename(record)
    assert_refused(answer, "no record of verdicts", program="python -m proofs_check")


def test_every_table_of_saved_runs_is_found(site: Path, elsewhere: Path) -> None:
    """As in the checkout."""
    names = ["embedding-mod71.csv", "final.csv", "recipes.csv", "trajectories.json"]
    program = f"""
from proofs_check.claims.shared import saved_runs
for name in {names}:
    print(saved_runs.table(name))
"""
    answer = ran(site, elsewhere, "-c", program)
    assert [Path(line).name for line in answer.out.splitlines()] == names
    assert all(line.startswith(str(site)) for line in answer.out.splitlines())


def test_figures(site: Path, elsewhere: Path) -> None:
    pytest.importorskip("matplotlib")
    answer = ran(site, elsewhere, "-m", "paper_figures", "list")
    assert (answer.code, answer.err) == (0, "")
    assert "gamma-n" in answer.out
    assert ran(site, elsewhere, "-P", "-m", "paper_figures", "seconds", "--format", "svg", "--out", "out").code == 0
    assert (elsewhere / "out" / "seconds.svg").is_file()


def test_training_beside_a_package_of_that_name(site: Path, elsewhere: Path) -> None:
    """`python -m training` finds the user's own package first; with -P, as by an entry point, it finds ours."""
    pytest.importorskip("torch")
    assert "not the training of this project" in ran(site, elsewhere, "-m", "training", "list").err
    answer = ran(site, elsewhere, "-P", "-m", "training", "list")
    assert (answer.code, answer.err) == (0, "")
    assert "mod23" in answer.out


@pytest.mark.parametrize("name", sorted(PROJECT.get("scripts", {})))
def test_entry_points(name: str, site: Path, elsewhere: Path) -> None:
    """As pip writes them: a script in another folder; the folder in which it is called stands for nothing."""
    pytest.importorskip("torch")
    module, _, function = PROJECT["scripts"][name].partition(":")
    (elsewhere / "bin").mkdir()
    script = elsewhere / "bin" / name
    script.write_text(f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    for arguments, word in ((("predict", "--p", "23", "--k", "3"), "3/8096"), (("train", "list"), "mod23")):
        answer = ran(site, elsewhere, str(script), *arguments)
        assert (answer.code, answer.err) == (0, "")
        assert word in answer.out
