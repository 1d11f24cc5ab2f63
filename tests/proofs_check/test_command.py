"""The checkers as commands: alone with bare Python, and as python -m proofs_check verify."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from proofs_check import __main__ as command
from proofs_check.__main__ import main
from proofs_check.kernel.form import Verdict
from proofs_check.kernel.verdicts import RULES, kind_of
from tests.proofs_check.building.checkers import ROOT
from tests.proofs_check.building.make_corpus import CORPUS

ADDITION, GROUP = "addition/valid/equal-n8-k4-paper", "composition/valid/S3-k2"
PARITY, FORGED = "parity/valid/parity-n10-k4", "composition/invalid/DUAL--weights-doubled"
WIDTH, SHARED = "width/valid/width-k3", "shared/valid/shared-n5-k2"
DIHEDRAL = "dihedral/valid/dihedral-k3"


def path_of(stem: str) -> str:
    return str(CORPUS / f"{stem}.json")


@pytest.mark.parametrize(
    ("script", "stems", "code"),
    [
        ("check", [ADDITION, GROUP, PARITY, WIDTH], 0),
        ("check", [GROUP, "parity/invalid/EXPAND--parity-k-to-the-k"], 1),
        ("check", [PARITY, "composition/malformed/group-trivial", FORGED], 2),
        ("check_groups", ["composition/valid/A5-k2"], 0),
        ("check_groups", [GROUP, "composition/invalid/CENTRAL--s3-orthogonal-rows"], 1),
        ("check_groups", ["composition/invalid/CLAIM--equal-zero", "composition/malformed/group-trivial"], 2),
        ("check_groups", [PARITY], 2),
        ("check_parity", [PARITY], 0),
        ("check_parity", ["parity/invalid/EXPAND--parity-k-to-the-k"], 1),
        ("check_parity", [GROUP], 2),
    ],
)
def test_alone_with_bare_python(script: str, stems: list[str], code: int, tmp_path: Path) -> None:
    """Nothing but the script and the kernel is needed."""
    (tmp_path / "proofs_check").mkdir()
    for name in ("__init__.py", f"{script}.py"):
        shutil.copy(ROOT / "proofs_check" / name, tmp_path / "proofs_check")
    shutil.copytree(ROOT / "proofs_check" / "kernel", tmp_path / "proofs_check" / "kernel")
    paths = [path_of(stem) for stem in stems]
    bare = [sys.executable, "-I", "-S", str(tmp_path / "proofs_check" / f"{script}.py"), *paths]
    done = subprocess.run(bare, capture_output=True, text=True, cwd="/", env={})
    assert (done.returncode, done.stderr) == (code, "")
    assert [line.split(":")[0].split(" ", 1)[1] for line in done.stdout.splitlines()] == paths


@pytest.mark.parametrize("script", ["check", "check_groups", "check_parity"])
def test_scripts_without_readable_files(script: str, tmp_path: Path) -> None:
    bare = [sys.executable, "-I", "-S", str(ROOT / "proofs_check" / f"{script}.py")]
    none = subprocess.run(bare, capture_output=True, text=True)
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == f"{script}.py: got no files, expected: {script}.py FILE...\n"
    missing = subprocess.run([*bare, "/missing.json", str(tmp_path)], capture_output=True, text=True)
    assert (missing.returncode, missing.stderr) == (2, "")
    assert missing.stdout == (
        "MALFORMED /missing.json: cannot be read: No such file or directory\n"
        f"MALFORMED {tmp_path}: cannot be read: Is a directory\n"
    )


def test_the_second_family_as_a_script() -> None:
    pytest.importorskip("flint")
    script = [sys.executable, str(ROOT / "proofs_check" / "recheck.py")]
    done = subprocess.run([*script, path_of(ADDITION), "/missing.json"], capture_output=True, text=True, cwd="/")
    assert (done.returncode, done.stderr) == (2, "")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"VERIFIED {path_of(ADDITION)}: gamma* = ")
    assert second == "MALFORMED /missing.json: cannot be read (FileNotFoundError)"
    none = subprocess.run(script, capture_output=True, text=True)
    assert (none.returncode, none.stdout, none.stderr) == (2, "", "usage: python recheck.py FILE...\n")
    bare = subprocess.run([script[0], "-I", "-S", *script[1:]], capture_output=True, text=True)
    assert bare.returncode == 2
    assert bare.stderr == "recheck: python-flint is needed and is not installed\n"


def test_verify_takes_all_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [path_of(stem) for stem in (ADDITION, GROUP, PARITY)]
    assert main(["verify", *paths]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"VERIFIED {path}" for path in paths]
    assert not [line for line in lines if "checker" in line]
    forged, missing = path_of(FORGED), path_of("missing")
    assert main(["verify", paths[1], forged]) == 1
    assert main(["verify", forged, missing]) == 2
    assert f"MALFORMED {missing}: cannot be read: No such file or directory" in capsys.readouterr().out


def test_verify_both_runs_both_checkers_for_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("flint")
    paths = [path_of(stem) for stem in (ADDITION, GROUP, PARITY)]
    assert main(["verify", "--both", *paths]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"VERIFIED {path}" for path in paths]
    assert all(line.endswith("(both checkers)") for line in lines)
    forged = [path_of(stem) for stem in (FORGED, "parity/invalid/EXPAND--parity-k-to-the-k")]
    assert main(["verify", "--both", *forged]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"REJECTED {path}" for path in forged]
    assert all(line.endswith("(both checkers)") for line in lines)
    refused = ["addition/malformed/task-kind-unknown", "addition/malformed/nested-9000-deep-and-open"]
    refused += ["composition/malformed/group-trivial", "parity/malformed/parity-k-above-n"]
    assert main(["verify", "--both", *map(path_of, refused)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("MALFORMED ") and line.endswith("(both checkers)") for line in lines)
    assert len(lines) == len(refused)


def test_verify_both_says_where_there_is_one_checker(capsys: pytest.CaptureFixture[str]) -> None:
    """No kind has one alone; a kind that the second family does not list would be told."""
    never = command.Second({"modular_addition"}, lambda data: Verdict("REJECTED", "CLAIM", "not asked"))
    assert command.verify([path_of(GROUP)], never) == 0
    assert capsys.readouterr().out.endswith("(one checker so far for this kind of task)\n")


@pytest.mark.parametrize("stem", [GROUP, PARITY])
def test_a_disagreement_about_any_kind_counts_as_rejected(stem: str, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = pytest.importorskip("proofs_check.second.verdicts")
    other = command.Second(verdicts.RULES, lambda data: Verdict("REJECTED", "CLAIM", "another opinion"))
    assert command.verify([path_of(stem)], other) == 1
    assert capsys.readouterr().out.startswith(f"DISAGREEMENT {path_of(stem)}: VERIFIED gamma* = ")


def test_both_families_have_rules_for_the_same_kinds() -> None:
    assert set(pytest.importorskip("proofs_check.second.verdicts").RULES) == set(RULES)


def test_a_disagreement_counts_as_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    other = command.Second({"modular_addition"}, lambda data: Verdict("REJECTED", "CLAIM", "another opinion"))
    path = path_of(ADDITION)
    assert command.verify([path], other) == 1
    line = capsys.readouterr().out
    assert line.startswith(f"DISAGREEMENT {path}: VERIFIED gamma* = ")
    assert line.endswith(" but REJECTED another opinion\n")
    agreeing = command.Second({"modular_addition"}, lambda data: Verdict("VERIFIED", "", "the same"))
    assert command.verify([path], agreeing) == 0


def test_the_rules_are_chosen_by_the_parsed_kind_of_task() -> None:
    """Words elsewhere in a file do not choose them."""
    words = b'{"claim":"\\"kind\\":\\"group_composition\\"","kind":"group_composition","task":{"kind":"sparse_parity"}}'
    assert kind_of(words) == "sparse_parity"
    for other in (b"", b"[]", b"{}", b'{"task":[]}', b'{"task":{"kind":["sparse_parity"]}}', b"[" * 10**5):
        assert kind_of(other) == "modular_addition"
    kinds = {"modular_addition": ADDITION, "group_composition": GROUP, "sparse_parity": PARITY, "width": WIDTH}
    kinds |= {"shared_embedding": SHARED, "dihedral_width": DIHEDRAL}
    for kind, stem in kinds.items():
        assert kind_of(Path(path_of(stem)).read_bytes()) == kind
