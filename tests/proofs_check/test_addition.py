"""The corpus for addition: true certificates pass, forgeries fall to the rule they break, other files are refused."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.oracles import dual_margin, expected_margin, primal_margin
from tests.proofs_check.building.addition.limit_files import at_the_limits
from tests.proofs_check.building.addition.oracle import gamma, is_true, proves_it
from tests.proofs_check.building.checkers import NAMES, ROOT, checker, short
from tests.proofs_check.building.editing import canonical, digest
from tests.proofs_check.building.make_corpus import CORPUS, FOLDERS, KINDS, corpus, stored, write

KERNEL = [ROOT / "proofs_check" / "kernel" / f"{name}.py" for name in ("statements", "addition", "blocks", "weights")]
SOURCES = [path.read_text() for path in KERNEL]
STATED = "".join((ROOT / "proofs_check" / "formats" / f"{name}.md").read_text() for name in ("ADDITION", "WEIGHTS"))
RULES = [*re.findall(r"^### ([A-Z-]+)", STATED, re.MULTILINE), "NORM-EXPONENT", "RULES", "CLAIM"]


def files(folder: str) -> dict[str, bytes]:
    return stored("addition", folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_status(folder: str, name: str) -> None:
    """As the folder says; a forgery is rejected by the rule in its name."""
    check_bytes = checker(name)
    expected = {
        stem: f"REJECTED {stem.partition('--')[0]}" if folder == "invalid" else FOLDERS[folder]
        for stem in files(folder)
    }
    verdicts = {stem: check_bytes(data) for stem, data in files(folder).items()}
    found = {stem: short(verdict) for stem, verdict in verdicts.items()}
    assert {stem: f for stem, f in found.items() if f != expected[stem]} == {}
    assert all(verdict.detail and len(verdict.detail) < 2000 for verdict in verdicts.values())
    assert not [stem for stem, verdict in verdicts.items() if "gave up" in verdict.detail]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", ["longest", "too-long", "most-work", "most-slots", "too-many-slots"])
def test_at_the_limits(limit: str, name: str) -> None:
    status, data = at_the_limits()[limit]
    assert len(data) == {"longest": 4_000_000, "too-long": 4_000_001}.get(limit, len(data))
    assert checker(name)(data).status == status


def test_there_are_enough() -> None:
    for folder, least in (("valid", 100), ("invalid", 200), ("malformed", 250)):
        assert len(files(folder)) >= least, folder
    rejected_by = Counter(stem.partition("--")[0] for stem in files("invalid"))
    assert set(rejected_by) == set(RULES)
    assert min(rejected_by.values()) >= 5
    nodes = [node for source in SOURCES for node in ast.walk(ast.parse(source))]
    names = {node.value for node in nodes if isinstance(node, ast.Constant)}
    assert set(RULES) <= names
    tasks = [json.loads(data)["task"] for data in files("valid").values()]
    assert {task["n"] for task in tasks} >= {*range(2, 14), 23, 71}
    assert {task["k"] for task in tasks} >= {*range(1, 6)}
    claims = {
        tuple(json.loads(data)["claim"][key] for key in ("quantity", "sense")) for data in files("valid").values()
    }
    assert len(claims) == 8


def test_corpus_is_what_make_corpus_writes(tmp_path: Path) -> None:
    stray = tmp_path / "addition" / "valid" / "stray.json"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"")
    count = write(tmp_path)
    written = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert len(written) == count == len(corpus()) == 1485
    assert written == {
        f"{kind}/{folder}/{stem}.json": data
        for kind in KINDS
        for folder in FOLDERS
        for stem, data in stored(kind, folder).items()
    }
    assert max(len(data) for path, data in written.items() if path.startswith("addition/")) < 10_000


def test_forgeries_have_the_right_form() -> None:
    for data in files("invalid").values():
        body = json.loads(data)
        assert canonical(body) == data
        assert body["sha256"] == digest(body)


def test_valid_claims_are_true() -> None:
    for stem, data in files("valid").items():
        assert is_true(json.loads(data)), stem
        assert proves_it(json.loads(data)), stem


def test_most_forgeries_prove_something_false() -> None:
    """The claim is false, or the network's phases do not give it: the one rule in the name stands between."""
    bodies = [(stem.partition("--")[0], json.loads(data)) for stem, data in files("invalid").items()]
    false = Counter(rule for rule, body in bodies if not is_true(body) or (rule == "PHASES" and not proves_it(body)))
    assert set(RULES) - set(false) <= {"NORM-EXPONENT", "RULES", "SUPPORT"}
    assert sum(false.values()) > 100


@pytest.mark.parametrize("n", range(2, 14))
@pytest.mark.parametrize("k", range(1, 6))
def test_the_truth_that_claims_are_held_against(n: int, k: int) -> None:
    exact = float(gamma(n, k))
    assert exact == pytest.approx(expected_margin(n, k), rel=1e-12)
    assert exact == pytest.approx(primal_margin(n, k), rel=1e-8)
    assert exact == pytest.approx(dual_margin(n, k), rel=1e-8)


@pytest.mark.parametrize(
    ("stems", "code"),
    [
        (["valid/equal-n8-k4-paper"], 0),
        (["invalid/EXPAND--k-to-the-k"], 1),
        (["malformed/empty"], 2),
        (["valid/largest-modulus", "invalid/POPULATION--average"], 1),
        (["malformed/n-is-1", "invalid/CLAIM--equal-zero", "valid/most-inputs"], 2),
    ],
)
def test_alone_with_bare_python(stems: list[str], code: int) -> None:
    paths = [str(CORPUS / "addition" / f"{stem}.json") for stem in stems]
    command = [sys.executable, "-I", "-S", str(ROOT / "proofs_check" / "check.py"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={})
    assert done.returncode == code
    assert done.stderr == ""
    assert [line.split(":")[0].split(" ", 1)[1] for line in done.stdout.splitlines()] == paths
