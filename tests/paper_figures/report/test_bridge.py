"""The bridge between page and commands says what the commands say."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from margin import parse
from margin.networks.cosines import CosineNetwork
from margin.theory import construct
from paper_figures.report import bridge
from tests.helpers.command_line import call, start

LINES = (
    "--p 2 --k 1",
    "--p 6 --k 2",
    "--p 9 --k 4",
    "--group Q8 --k 2",
    "--group C6 --k 2",
    "--parity 3,3",
    "--parity 5,1",
)


def as_printed(arguments: list[str]) -> bridge.Json:
    """What the command prints as JSON, without the seconds."""
    found: bridge.Json = json.loads(call(*arguments, "--json").out)
    del found["check"]["seconds"]
    return found


@pytest.mark.parametrize("line", LINES)
def test_answers_are_the_commands(line: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    found = bridge.answer(line.split())
    assert found["answer"] == as_printed(line.split())
    call(*line.split(), "--certificate", str(path))
    assert found["certificate"] == path.read_text("utf-8")
    told = start("-I", "-S", str(Path(__file__).parents[3] / "proofs_check" / "check.py"), path.name, cwd=tmp_path)
    assert bridge.verify(path.read_bytes()) == {"code": told.code, "line": told.out.strip()}
    assert told.out.startswith("VERIFIED certificate.json: ")
    task = parse(found["answer"]["task"]["spec"], found["answer"]["task"]["k"])
    assert bridge.arguments_of(task.description()) == line.split()


@pytest.mark.parametrize("line", ["--p 1 --k 2", "--p 5", "--group Xy --k 2", "--parity 3,4", "--p 5 --k 2 --nothing"])
def test_refusals_are_the_commands(line: str) -> None:
    assert f"python -m margin.predict: {bridge.answer(line.split())['refused']}\n" == call(*line.split(), "--json").err


def test_what_has_no_certificate_says_why() -> None:
    """An answer beyond the limits of the certificates' format."""
    found = bridge.answer(["--p", "1009", "--k", "65"])
    assert found["certificate"] is None
    assert "--certificate" in found["uncertified"]
    assert found["answer"]["margin"]["exact"]


def test_integers_that_a_page_would_round_are_texts() -> None:
    assert bridge.shown({"a": [2**53, -(2**53), 2**53 - 1, 1.5, True, None]}) == {
        "a": [str(2**53), str(-(2**53)), 2**53 - 1, 1.5, True, None]
    }
    found = bridge.answer(["--p", str(2**60 + 1), "--k", "1"])
    assert found["answer"]["task"]["n"] == str(2**60 + 1)
    assert json.loads(found["exact"])["task"]["n"] == 2**60 + 1
    assert "exact" not in bridge.answer(["--p", "6", "--k", "1"])


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    monkeypatch.setattr(bridge, "called", lacking)
    assert bridge.answer(["--group", "S4", "--k", "2"]) == {"missing": "numpy"}


def test_forged_certificates_are_rejected() -> None:
    certificate = bridge.answer(["--p", "6", "--k", "2"])["certificate"]
    for changed, code in ((certificate.replace('"n":6', '"n":8'), 2), (certificate[:-2], 2), ("", 2)):
        found = bridge.verify(changed.encode())
        assert found["code"] == code
        assert not found["line"].startswith("VERIFIED")


def test_neurons_are_those_of_the_construction() -> None:
    for n, k in ((2, 2), (3, 1), (6, 2), (7, 3)):
        task = parse(f"mod:{n}", k=k)
        listed = [
            (z, *(step / block["denominator"] for step in row))
            for block in bridge.neurons(task)
            for z in range(block["frequencies"][0], block["frequencies"][1] + 1)
            for row in block["phases"]
        ]
        network = construct(task)
        assert isinstance(network, CosineNetwork)
        built = [(x.frequency, *map(float, (*x.phases, x.output_phase))) for x in network.neurons()]
        assert sorted(listed) == sorted(built)
    assert bridge.neurons(parse("group:C6", k=2)) == bridge.neurons(parse("mod:6", k=2))
    assert bridge.neurons(parse("group:S3", k=2)) == []


def test_signs_of_parity_are_all_patterns_modulo_sign() -> None:
    (found,) = bridge.neurons(parse("parity:5,3"))
    assert found["size"] == 4
    patterns = {tuple(row[:-1]) for row in found["signs"]}
    assert patterns == {signs for signs in product((1, -1), repeat=3) if signs[0] == 1}
    assert all(row[0] * row[1] * row[2] == row[3] for row in found["signs"])


def test_requests_of_the_page() -> None:
    assert json.loads(bridge.request('["--p", "6", "--k", "2"]')) == bridge.answer(["--p", "6", "--k", "2"])
    assert json.loads(bridge.verdict(b"{}")) == bridge.verify(b"{}")
