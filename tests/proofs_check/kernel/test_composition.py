"""Certificates for groups and sparse parity: the corpus and the writer."""

from __future__ import annotations

import json
import re
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.answers.sealing import MOST_K
from margin.composition import certificate as certificates
from margin.composition.certificate import certificate, separator
from margin.composition.closed_form import closed_form
from margin.composition.program import GroupMargin, GroupProgram
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group, structure
from proofs_check.check_groups import check_bytes
from proofs_check.kernel import composition, groups
from proofs_check.kernel.composition import INDICATORS, Composition
from proofs_check.kernel.form import Reject
from proofs_check.kernel.groups import Group
from tests.helpers.assertions import assert_malformed, assert_rejected, assert_verified
from tests.proofs_check.building.checkers import NAMES, ROOT, checker
from tests.proofs_check.building.composition.building import F21, true
from tests.proofs_check.building.composition.malformed_files import S3_ORTHONORMAL
from tests.proofs_check.building.composition.oracle import is_true
from tests.proofs_check.building.editing import canonical, digest
from tests.proofs_check.building.make_corpus import FOLDERS, stored

KINDS = ("composition", "parity")
STATED = {kind: (ROOT / "proofs_check" / "formats" / f"{kind.upper()}.md").read_text() for kind in KINDS}
HEADINGS = {name: re.findall(r"^### (.+)$", text, re.MULTILINE) for name, text in STATED.items()}
RULES = {name: {rule for line in lines for rule in line.split(" and ")} for name, lines in HEADINGS.items()}


def files(folder: str) -> dict[tuple[str, str], bytes]:
    """By kind and name."""
    return {(kind, stem): data for kind in KINDS for stem, data in stored(kind, folder).items()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_status(folder: str, name: str) -> None:
    """As the folder says; a forgery is rejected by the rule in its name. The same for both families."""
    check = checker(name)
    for (kind, stem), data in files(folder).items():
        rule = stem.partition("--")[0]
        try:
            if folder == "invalid":
                assert_rejected(data, rule, check_bytes=check)
                assert rule in RULES[kind]
            else:
                {"valid": assert_verified, "malformed": assert_malformed}[folder](data, check_bytes=check)
        except AssertionError as error:
            error.add_note(f"{kind}/{folder}/{stem}")
            raise


def test_there_are_enough() -> None:
    for folder, least in (("valid", 60), ("invalid", 120), ("malformed", 80)):
        assert len(files(folder)) >= least, folder
    for kind in KINDS:
        by_rule = Counter(stem.partition("--")[0] for stem in stored(kind, "invalid"))
        assert set(by_rule) == RULES[kind]
        assert min(by_rule.values()) >= (3 if kind == "composition" else 2)
    bodies = [json.loads(data) for data in stored("composition", "valid").values()]
    assert {body["task"]["kind"] for body in bodies} == {"group_composition"}
    assert {body["task"]["k"] for body in bodies} >= {1, 2, 3, 4, 5, 64}
    assert {orbit["type"] for body in bodies for orbit in body["group"]["orbits"]} == set(INDICATORS)
    assert {body["claim"]["sense"] for body in bodies} == {"equal", "lower", "upper"}
    parities = [json.loads(data) for data in stored("parity", "valid").values()]
    assert {body["task"]["kind"] for body in parities} == {"sparse_parity"}


def test_forgeries_have_the_right_form() -> None:
    for data in files("invalid").values():
        body = json.loads(data)
        assert canonical(body) == data
        assert body["sha256"] == digest(body)


def test_valid_claims_are_true_and_many_forgeries_claim_something_false() -> None:
    for (_, stem), data in files("valid").items():
        assert is_true(json.loads(data)), stem
    bodies = {key: json.loads(data) for key, data in files("invalid").items()}
    lies = Counter(stem.partition("--")[0] for (_, stem), body in bodies.items() if not is_true(body))
    assert set(lies) >= {
        *("GROUP", "CENTRAL", "SEPARATE", "DEGREES", "INDICATORS", "SCALES", "PRIMAL", "DUAL", "CLAIM")
    }
    assert lies.total() > 40


def test_orthonormal_rows_that_are_no_characters() -> None:
    """Rows of fractions have no place in the form; put past it, they fall to CENTRAL, and true rows do not."""
    body = true("S3", 2)
    reading = Composition(body | {"sha256": ""})
    reading.group = Group(body["task"]["generators"], reading._spend)
    reading.sizes = reading.group.sizes
    reading._central()
    forged = [S3_ORTHONORMAL[0], *([Fraction(*a) for a in row] for row in S3_ORTHONORMAL[1:])]
    for row in forged:
        inner = [
            sum((a * b * Fraction(1, s) for a, b, s in zip(row, x, (1, 3, 2), strict=True)), Fraction()) for x in forged
        ]
        assert sum(map(bool, inner)) == 1
    pairs = zip(reading.orbits, forged, strict=True)
    reading.orbits = [orbit._replace(central=row) for orbit, row in pairs]
    with pytest.raises(Reject, match=r"^CENTRAL at group.orbits\[1\]"):
        reading._central()


# -- the writer -------------------------------------------------------------------------------

SMALL = ["C2", "C5", "C8", "C9", "C15", "C2xC4", "C3^2", "S3", "D5", "D6", "D7", "D9", "Q8", "Dic3", "Dic5", "Q16"]
SMALL += ["A4", "S4", "A5", "SL(2,3)", "S3xC3", "Q8xC3", "D4xC2", "S3xS3", "SL(2,5)", "PSL(2,7)", "S5", F21]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SMALL), st.integers(1, 6), st.sampled_from(["equal", "lower", "upper"]))
def test_what_the_writer_writes_is_verified_and_true(name: str, k: int, sense: str) -> None:
    margin = GroupProgram(group(name)).solve(k)
    data = certificate(margin, sense)
    task = f"composition of {k} in the group of order {group(name).order}"
    found = assert_verified(data, task, check_bytes=check_bytes)
    assert is_true(json.loads(data))
    relation = {"equal": "=", "lower": ">=", "upper": "<="}[sense]
    assert found.detail.startswith(f"gamma* {relation} (")


def test_a_group_given_by_its_table() -> None:
    table = [[(a + b) % 6 for b in range(6)] for a in range(6)]
    assert_verified(certificate(GroupProgram(FiniteGroup.from_table(table)).solve(2)), check_bytes=check_bytes)


def test_largest_k() -> None:
    assert_verified(certificate(GroupProgram(group("S3")).solve(64)), check_bytes=check_bytes)


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
    limits = composition.LIMITS
    assert (certificates.MOST_DEGREE, MOST_K) == (composition.MOST_DEGREE, composition.MOST_K)
    assert (groups.MOST_POINTS, limits.work) == (certificates.MOST_POINTS, certificates.MOST_WORK)
    assert limits.terms == certificates.MOST_TERMS


@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=1, max_size=8, unique_by=tuple))
def test_separator(rows: list[list[int]]) -> None:
    values = [sum(s * a for s, a in zip(separator(rows), row, strict=True)) for row in rows]
    assert len(set(values)) == len(rows)
