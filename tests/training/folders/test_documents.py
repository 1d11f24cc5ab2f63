"""Damaged JSON of any shape is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.test_command import call
from tests.training.test_loop import SMALL, start
from training import runs
from training.loop import train

TINY = SMALL.changed({"steps": 5, "stop_ratio": None})
SHAPES = {
    "empty": b"",
    "cut": b'{"step":',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no keys": b"{}",
    "deep": b'{"task":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no text": b"\xff\xfe\x00",
    "many digits": b'{"step":' + b"9" * 5000 + b"}",
}
VALUES: tuple[object, ...] = (None, "text", "\x1b[2J\n", [], {}, [[]], True, {"a": {}}, 10**400)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    folder = start(tmp_path, TINY)
    train(TINY, folder)
    return folder


@pytest.mark.parametrize("name", [runs.CONFIG, runs.RESULT, runs.TIMING])
@pytest.mark.parametrize("shape", SHAPES)
def test_damaged_documents_are_refused(name: str, shape: str, finished: Path) -> None:
    (finished / name).write_bytes(SHAPES[shape])
    for command in ("compare", "resume"):
        answer = call(command, str(finished))
        assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err
        assert name in answer.err


@pytest.mark.parametrize("name", [runs.CONFIG, runs.RESULT, runs.TIMING])
def test_values_of_other_kinds_are_refused_or_without_effect(name: str, finished: Path) -> None:
    content = json.loads((finished / name).read_bytes())
    assert call("compare", str(finished)).code == 0
    refused = 0
    for key in content:
        missing = {other: value for other, value in content.items() if other != key}
        for damaged in (missing, *(content | {key: value} for value in VALUES)):
            (finished / name).write_text(json.dumps(damaged))
            for command in ("compare", "resume"):
                answer = call(command, str(finished))
                assert answer.code in (0, 2), answer.err
                assert answer.err.count("\n") == (answer.code == 2), answer.err
                refused += answer.code == 2
    assert refused > len(content) * len(VALUES)


def test_what_is_missing_is_named(finished: Path) -> None:
    written = (finished / runs.RESULT).read_bytes()
    result = json.loads(written)
    for key in ("step", "loss", "margin", "gamma", "finite_lambda", "stopped"):
        (finished / runs.RESULT).write_text(json.dumps({name: result[name] for name in result if name != key}))
        with pytest.raises(ValueError, match=f"damaged, '{key}' is missing"):
            runs.read_result(finished)
    (finished / runs.RESULT).write_text(json.dumps(result | {"step": True}))
    with pytest.raises(ValueError, match="damaged, 'step' is true, expected an integer"):
        runs.read_result(finished)
    (finished / runs.RESULT).write_text(json.dumps(result | {"finite_lambda": {"ratio": "x" * 99}}))
    with pytest.raises(ValueError, match=r"finite_lambda: damaged, 'strength' is missing"):
        runs.read_result(finished)
    (finished / runs.RESULT).write_bytes(written)
    assert runs.read_result(finished) == result
    origin = runs.read_provenance(finished)
    (finished / runs.PROVENANCE).write_text(json.dumps({name: origin[name] for name in origin if name != "versions"}))
    with pytest.raises(ValueError, match="damaged, 'versions' is missing"):
        runs.read_provenance(finished)
