"""Certificates for finite groups: the corpus, the writer, the command, hostile files."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from fractions import Fraction
from itertools import count
from math import gcd
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.composition import certificate as certificates
from margin.composition.certificate import certificate, separator
from margin.composition.closed_form import closed_form
from margin.composition.program import GroupMargin, GroupProgram
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group, structure
from proofs_check import check_groups
from proofs_check.__main__ import checker, main
from tests.certificates.editing import Json, canonical, digest, put, sealed
from tests.certificates.make_corpus import FOLDERS
from tests.certificates_groups.building import F21, parity, rows_of, true
from tests.certificates_groups.make_corpus import corpus, write
from tests.certificates_groups.malformed_files import S3_ORTHONORMAL
from tests.certificates_groups.oracle import is_true
from tests.helpers.group_oracles import Permutation, compose, inverse

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "tests" / "certificates_groups"
NAMES = ("GROUPS", "PARITY")
STATED = {name: (ROOT / "proofs_check" / f"FORMAT_{name}.md").read_text() for name in NAMES}
HEADINGS = {name: re.findall(r"^### (.+)$", text, re.MULTILINE) for name, text in STATED.items()}
RULES = {name: {rule for line in lines for rule in line.split(" and ")} for name, lines in HEADINGS.items()}


def files(folder: str) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((CORPUS / folder).glob("*.json"))}


def verdict(data: bytes) -> Any:
    return checker(data).check_bytes(data)


# -- the corpus -------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", FOLDERS)
def test_status(folder: str) -> None:
    """As the folder says; a forgery is rejected by the rule in its name."""
    for stem, data in files(folder).items():
        found = verdict(data)
        rule = stem.partition("--")[0] if folder == "invalid" else ""
        assert (found.status, found.rule) == (FOLDERS[folder], rule), (stem, found)
        assert 0 < len(found.detail) < 2000
        assert stem.partition("--")[2].startswith("parity-") or folder != "invalid" or rule in RULES["GROUPS"]


def test_there_are_enough() -> None:
    for folder, least in (("valid", 60), ("invalid", 120), ("malformed", 80)):
        assert len(files(folder)) >= least, folder
    rejected = Counter(tuple(stem.partition("--")[::2]) for stem in files("invalid"))
    by_rule = {name: Counter(r for r, x in rejected if x.startswith("parity-") == (name == "PARITY")) for name in NAMES}
    for name in NAMES:
        assert set(by_rule[name]) == RULES[name]
        assert min(by_rule[name].values()) >= (3 if name == "GROUPS" else 2)
    bodies = [json.loads(data) for data in files("valid").values()]
    groups = [body for body in bodies if body["task"]["kind"] == "group_composition"]
    assert {body["task"]["k"] for body in groups} >= {1, 2, 3, 4, 5, 64}
    assert {orbit["type"] for body in groups for orbit in body["group"]["orbits"]} == set(check_groups.INDICATORS)
    assert {body["claim"]["sense"] for body in groups} == {"equal", "lower", "upper"}


def test_corpus_is_what_make_corpus_writes(tmp_path: Path) -> None:
    stray = tmp_path / "valid" / "stray.json"
    stray.parent.mkdir()
    stray.write_bytes(b"")
    count = write(tmp_path)
    written = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert len(written) == count == len(corpus())
    assert written == {f"{folder}/{stem}.json": data for folder in FOLDERS for stem, data in files(folder).items()}


def test_forgeries_have_the_right_form() -> None:
    for data in files("invalid").values():
        body = json.loads(data)
        assert canonical(body) == data
        assert body["sha256"] == digest(body)


def test_valid_claims_are_true_and_many_forgeries_claim_something_false() -> None:
    for stem, data in files("valid").items():
        assert is_true(json.loads(data)), stem
    lies = Counter(stem.partition("--")[0] for stem, data in files("invalid").items() if not is_true(json.loads(data)))
    assert set(lies) >= {
        *("GROUP", "CENTRAL", "SEPARATE", "DEGREES", "INDICATORS", "SCALES", "PRIMAL", "DUAL", "CLAIM")
    }
    assert lies.total() > 40


def test_orthonormal_rows_that_are_no_characters() -> None:
    """Rows of fractions have no place in the form; put past it, they fall to CENTRAL, and true rows do not."""
    body = true("S3", 2)
    reading = check_groups.Checker(sealed(body))
    reading.group = check_groups.Group(body["task"]["generators"], reading._spend)
    reading.sizes = reading.group.sizes
    reading._central()
    forged = [S3_ORTHONORMAL[0], *([Fraction(*a) for a in row] for row in S3_ORTHONORMAL[1:])]
    for row in forged:
        inner = [
            sum((a * b * Fraction(1, s) for a, b, s in zip(row, x, (1, 3, 2), strict=True)), Fraction()) for x in forged
        ]
        assert sum(map(bool, inner)) == 1
    reading.orbits = [{"central": row} for row in forged]
    with pytest.raises(check_groups.kernel.Rejected, match=r"^CENTRAL at group.orbits\[1\]"):
        reading._central()


# -- the writer -------------------------------------------------------------------------------

SMALL = ["C2", "C5", "C8", "C9", "C15", "C2xC4", "C3^2", "S3", "D5", "D6", "D7", "D9", "Q8", "Dic3", "Dic5", "Q16"]
SMALL += ["A4", "S4", "A5", "SL(2,3)", "S3xC3", "Q8xC3", "D4xC2", "S3xS3", "SL(2,5)", "PSL(2,7)", "S5", F21]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SMALL), st.integers(1, 6), st.sampled_from(["equal", "lower", "upper"]))
def test_what_the_writer_writes_is_verified_and_true(name: str, k: int, sense: str) -> None:
    margin = GroupProgram(group(name)).solve(k)
    data = certificate(margin, sense)
    found = check_groups.check_bytes(data)
    assert found.status == "VERIFIED", found
    assert is_true(json.loads(data))
    relation = {"equal": "=", "lower": ">=", "upper": "<="}[sense]
    assert found.detail.startswith(f"gamma* {relation} (")
    assert f"composition of {k} in the group of order {group(name).order}" in found.detail


def test_a_group_given_by_its_table() -> None:
    table = [[(a + b) % 6 for b in range(6)] for a in range(6)]
    data = certificate(GroupProgram(FiniteGroup.from_table(table)).solve(2))
    assert check_groups.check_bytes(data).status == "VERIFIED"


def test_largest_k() -> None:
    assert check_groups.check_bytes(certificate(GroupProgram(group("S3")).solve(64))).status == "VERIFIED"


def solved(name: str, k: int = 2) -> GroupMargin:
    return GroupProgram(group(name)).solve(k)


def test_what_the_writer_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="sense 'between', expected equal, lower or upper"):
        certificate(solved("S3"), "between")
    known = structure("D5")
    assert known is not None
    with pytest.raises(ValueError, match=r"^certificate: D5 without its elements; expected a margin from GroupProgram"):
        certificate(closed_form(known, 2))
    with pytest.raises(ValueError, match=r"k = 65, order 6.*the format takes k <= 64"):
        certificate(solved("S3", 65))
    monkeypatch.setattr(certificates, "MOST_WORK", 3 * 6 * 3 + 4 * 6 * 3 + 27 - 1)
    with pytest.raises(ValueError, match="3 rational classes take"):
        certificate(solved("S3"))
    monkeypatch.setattr(certificates, "MOST_WORK", 10**9)
    monkeypatch.setattr(certificates, "MOST_TERMS", 1)
    with pytest.raises(ValueError, match="gamma\\* of S3 has 2 terms, limit 1"):
        certificate(solved("S3"))


def test_the_limits_of_writer_and_checker_agree() -> None:
    for name in ("MOST_DEGREE", "MOST_POINTS", "MOST_WORK", "MOST_TERMS", "MOST_K"):
        assert getattr(certificates, name) == getattr(check_groups, name)


@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=1, max_size=8, unique_by=tuple))
def test_separator(rows: list[list[int]]) -> None:
    values = [sum(s * a for s, a in zip(separator(rows), row, strict=True)) for row in rows]
    assert len(set(values)) == len(rows)


# -- alone, and as a command ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "stems", "code"),
    [
        ("groups", ["valid/A5-k2"], 0),
        ("groups", ["valid/S3-k2", "invalid/CENTRAL--s3-orthogonal-rows"], 1),
        ("groups", ["invalid/CLAIM--equal-zero", "malformed/group-trivial"], 2),
        ("groups", ["valid/parity-n10-k4"], 2),
        ("parity", ["valid/parity-n10-k4"], 0),
        ("parity", ["invalid/EXPAND--parity-k-to-the-k"], 1),
        ("parity", ["valid/S3-k2"], 2),
    ],
)
def test_alone_with_bare_python(kind: str, stems: list[str], code: int, tmp_path: Path) -> None:
    for name in ("check.py", f"check_{kind}.py"):
        shutil.copy(ROOT / "proofs_check" / name, tmp_path)
    paths = [str(CORPUS / f"{stem}.json") for stem in stems]
    command = [sys.executable, "-I", "-S", str(tmp_path / f"check_{kind}.py"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={})
    assert (done.returncode, done.stderr) == (code, "")
    assert [line.split(":")[0].split(" ", 1)[1] for line in done.stdout.splitlines()] == paths


@pytest.mark.parametrize("name", ["check_groups", "check_parity"])
def test_the_trusted_checkers_are_small_and_stand_alone(name: str) -> None:
    source = (ROOT / "proofs_check" / f"{name}.py").read_text()
    nodes = list(ast.walk(ast.parse(source)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {"." * node.level + str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert not names & {"decimal", "random", "subprocess", "os"}
    loaded = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "exec_module"]
    assert len(loaded) == 1
    assert source.count("with_name") == source.count('with_name("check.py")') == 1
    assert not [node for node in nodes if isinstance(node, ast.Assert)]
    assert not [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)]
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"float", "complex", "eval", "exec", "round", "compile", "__import__"}
    assert len(source.splitlines()) <= 300


def test_verify_takes_all_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    addition = sorted((ROOT / "tests" / "certificates" / "valid").glob("equal-*.json"))[0]
    paths = [str(addition), str(CORPUS / "valid" / "S3-k2.json"), str(CORPUS / "valid" / "parity-n10-k4.json")]
    assert main(["verify", *paths]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"VERIFIED {path}" for path in paths]
    assert not [line for line in lines if "checker" in line]
    forged, missing = str(CORPUS / "invalid" / "DUAL--weights-doubled.json"), str(CORPUS / "missing.json")
    assert main(["verify", paths[1], forged]) == 1
    assert main(["verify", forged, missing]) == 2
    assert f"MALFORMED {missing}: cannot be read: No such file or directory" in capsys.readouterr().out


def test_verify_both_says_where_there_is_one_checker(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("flint")
    addition = sorted((ROOT / "tests" / "certificates" / "valid").glob("equal-*.json"))[0]
    paths = [str(addition), str(CORPUS / "valid" / "S3-k2.json"), str(CORPUS / "valid" / "parity-n10-k4.json")]
    assert main(["verify", "--both", *paths]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.endswith("(both checkers)")
    assert all(line.endswith("(one checker so far for this kind of task)") for line in others)
    assert main(["verify", "--both", str(CORPUS / "invalid" / "DUAL--weights-doubled.json")]) == 1


# -- hostile files ----------------------------------------------------------------------------


def _wide(n: int) -> Json:
    """A statement about C2^m with one row for each element, all wrong but the first."""
    generators = []
    for i in range(n.bit_length() - 1):
        generators.append([x ^ 1 if x // 2 == i else x for x in range(2 * (n.bit_length() - 1))])
    body = true("S3", 2)
    ones = [1] * n
    body["task"]["generators"] = generators
    rows = [ones] + [[*ones[:-1], 2**32 - 1]] * (n - 1)
    orbits = [{"central": row, "degree": 1, "type": "real", "weight": [[1, 1, 1]]} for row in rows]
    body["group"] = {"order": n, "class_sizes": ones, "separator": [2**32 - 1] * n, "orbits": orbits}
    body["primal"] = {"masses": [[1, 2]] * (n - 1)}
    body["dual"] = {"class_weights": [[[1, 1, 2]]] * (n - 1)}
    return body


def _long_weights() -> Json:
    """C2^6 with class weights of 16 terms of 8,000 bits, tiny and so feasible, over one long denominator."""
    body = true("C2^6", 2)
    radicands = [r for r in range(2, 60) if all(r % (d * d) for d in range(2, 8))][:16]
    big, start = 2**8100 + 1, 2**4000
    numerators = (p for p in count(start) if gcd(p, big) == 1)
    body["dual"] = {"class_weights": [[[r, next(numerators), big] for r in radicands] for _ in range(63)]}
    return body


HOSTILE = {
    "c2^8": lambda: sealed(_wide(256)),
    "c2^9": lambda: sealed(_wide(512)),
    "brackets": lambda: b'{"kind":"group_composition"' + b"[" * 10**6,
    "long-weights": lambda: sealed(_long_weights()),
    "two-long-cycles": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 5000), 0], [1, 0, *range(2, 5000)]])
    ),
    "sixteen-generators": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 3000), 0]] * 15 + [[1, 0, *range(2, 3000)]])
    ),
    "one-long-cycle": lambda: sealed(put(true("S3", 2), "task.generators", [[*range(1, 3162), 0]])),
    "parity-of-many-digits": lambda: sealed(put(parity(64, 64), "claim.value", [[999_999_937, 2**8191, 2**8191 - 1]])),
    "megabytes-of-generators": lambda: sealed(put(true("S3", 2), "task.generators", [list(range(300_000))] * 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_an_answer_soon(name: str) -> None:
    data = HOSTILE[name]()
    start = time.process_time()
    found = verdict(data)
    assert time.process_time() - start < 10
    reached = {"c2^8": "REJECTED CENTRAL", "one-long-cycle": "REJECTED GROUP"}
    reached |= dict.fromkeys(["long-weights", "parity-of-many-digits"], "REJECTED CLAIM")
    assert f"{found.status} {found.rule}" == reached.get(name, "MALFORMED ")
    assert len(found.detail) < 2000


@pytest.mark.parametrize("name", ["c2^8", "two-long-cycles", "one-long-cycle", "megabytes-of-generators"])
def test_hostile_files_take_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(HOSTILE[name]())
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29));"
        f"sys.argv = ['check_groups.py', {str(path)!r}];"
        f"runpy.run_path({str(ROOT / 'proofs_check' / 'check_groups.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", limited], capture_output=True, text=True)
    assert done.returncode in {1, 2}
    assert done.stderr == ""
    assert done.stdout.startswith(("REJECTED", "MALFORMED"))


def test_the_limit_of_work_is_reached_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sealed(true("S3", 2))
    steps = 6 * 3 * 2 + 4 * 6 * 3 + 27 + 6 * 3  # elements, rational classes, CENTRAL, DEGREES
    monkeypatch.setattr(check_groups, "MOST_WORK", steps)
    assert check_groups.check_bytes(data).status == "VERIFIED"
    monkeypatch.setattr(check_groups, "MOST_WORK", steps - 1)
    found = check_groups.check_bytes(data)
    assert (found.status, found.detail) == (
        "MALFORMED",
        f"group: got more than {steps - 1} steps of work, expected fewer",
    )


def test_groups_at_the_limits() -> None:
    """Order 10,000 (enumerated, then rejected) and 10,001, each from two disjoint cycles; 5,000 and 5,001 points."""
    for lengths, status in (((16, 625), "REJECTED"), ((73, 137), "MALFORMED")):
        cycles, start = list[int](), 0
        for length in lengths:
            cycles += [*range(start + 1, start + length), start]
            start += length
        found = verdict(sealed(put(true("S3", 2), "task.generators", [cycles])))
        assert found.status == status, found
    two = true("C2", 2)
    for points, status in ((5000, "VERIFIED"), (5001, "MALFORMED")):
        found = verdict(sealed(put(two, "task.generators", [[1, 0, *range(2, points)]])))
        assert found.status == status, found


def test_signs_near_zero() -> None:
    """Convergents of sqrt(2), alternately below and above, from 2^0 to 2^2000."""
    p, q, sign = 1, 1, 1
    while q.bit_length() < 2000:
        number = {1: Fraction(-p, q), 2: Fraction(1)}
        assert check_groups._sign(number) == sign
        assert check_groups._sign({r: -c for r, c in number.items()}) == -sign
        p, q, sign = p + 2 * q, p + q, -sign


def test_signs() -> None:
    number = {2: Fraction(1), 1: Fraction(-665857, 470832)}
    assert [check_groups._sign(x) for x in (number, {r: -q for r, q in number.items()}, {}, {2: Fraction(0)})] == [
        -1,
        1,
        0,
        0,
    ]
    p, q = 1, 1
    while q.bit_length() < 9000:
        p, q = p + 2 * q, p + q
    with pytest.raises(check_groups.kernel.Malformed, match="a sign beyond 2\\^14 bits"):
        check_groups._sign({1: Fraction(-p, q), 2: Fraction(1)})


def test_groups_by_brute_force() -> None:
    """Classes, rational classes, products of class sums and counts, from the definitions."""
    for name in ("S3", "Q8", "C7", "D5", F21, "S4"):
        stated = group(name)
        elements = [tuple(map(int, g)) for g in stated.elements]
        found = check_groups.Group([list(g) for g in stated.generators], lambda steps: None)
        conjugates = {g: frozenset(compose(compose(inverse(x), g), x) for x in elements) for g in elements}
        powers = {g: _coprime_powers(g) for g in elements}
        rational = {g: frozenset(x for h in powers[g] for x in conjugates[h]) for g in elements}
        classes = sorted(set(rational.values()), key=min)
        assert found.sizes == [len(c) for c in classes]
        assert [
            frozenset(found.elements[i] for i, c in enumerate(found.rational) if c == j) for j in range(len(classes))
        ] == classes
        assert found.roots == [sum(compose(g, g) in c for g in elements) for c in classes]
        each = [min(c) for c in set(conjugates.values())]
        quotients = [compose(g, inverse(x)) for x in each for g in conjugates[x]]
        assert found.quotients(lambda steps: None) == [sum(g in c for g in quotients) for c in classes]
        s = [3 * j * j - 4 for j in range(len(classes))]
        z = {g: s[next(j for j, c in enumerate(classes) if g in c)] for g in elements}
        product = [[sum(z[compose(min(x), inverse(g))] for g in c) for x in classes] for c in classes]
        assert found.matrix(s) == product


def _coprime_powers(g: Permutation) -> list[Permutation]:
    powers = [g]
    while powers[-1] != tuple(range(len(g))):
        powers.append(compose(powers[-1], g))
    return [h for m, h in enumerate(powers, 1) if gcd(m, len(powers)) == 1]


def test_rows_of_the_corpus_are_those_of_the_characters() -> None:
    """Two ways to the same integers: from orbit sums, and from the complex character table."""
    body = true("A5", 2)
    table = GroupProgram(group("A5")).table
    central = (table.values * table.group.class_sizes / table.degrees[:, None]).real
    expected = set()
    for orbit in table.galois_orbits:
        mean = central[list(orbit)].mean(axis=0)
        expected.add(tuple(sorted(round(float(mean[list(c)].sum())) for c in table.group.rational_classes)))
    assert {tuple(sorted(row)) for row in rows_of(body)} == expected
    assert len(expected) == len(rows_of(body)) == 4
