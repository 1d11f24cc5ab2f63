"""One value, one spelling."""

from __future__ import annotations

import hashlib
import json

import pytest

from margin.io.canonical import canonical, seal


def test_one_spelling() -> None:
    assert canonical({"b": [1, "\u03b3"], "a": {"d": None, "c": True}}) == (
        b'{"a":{"c":true,"d":null},"b":[1,"\\u03b3"]}\n'
    )
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1}) != canonical({"a": 2, "b": 1})


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": -float("inf")}])
def test_what_json_has_no_spelling_for_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)


def test_a_seal_is_the_hash_of_the_rest() -> None:
    sealed = seal({"b": 1, "sha256": "of another"})
    assert sealed == seal({"b": 1}) == seal(json.loads(sealed))
    assert json.loads(sealed) == {"b": 1, "sha256": hashlib.sha256(b'{"b":1}\n').hexdigest()}
    assert json.loads(seal({"b": 2}))["sha256"] != json.loads(sealed)["sha256"]
