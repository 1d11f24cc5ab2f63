"""Files whose bytes are not canonical JSON with the right hash, though what they say is true."""

from __future__ import annotations

from hashlib import sha256

from tests.proofs_check.building.addition.steps import best_weights, both, even_weights, gamma, lower, upper
from tests.proofs_check.building.editing import canonical, digest, number, put, sealed


def bytes_files() -> dict[str, bytes]:
    body = both("equal", upper(6, 2, best_weights(6, 2)), lower(6, 2), number(gamma(6, 2)))
    data = sealed(body)
    text = data.decode()
    small = upper(5, 1, even_weights(5))
    right = digest(body)
    deep: list[object] = []
    for _ in range(299):
        deep = [deep]

    def claiming(value: object) -> bytes:
        """Canonical and with the right hash, whatever the value."""
        return sealed(put(small, "claim.value", value))

    def retold(old: str, new: str) -> bytes:
        assert text.count(old) == 1, old
        return text.replace(old, new).encode()

    wrong = ("0" if right[0] != "0" else "1") + right[1:]
    without_newline = body | {"sha256": sha256(canonical(body)[:-1]).hexdigest()}
    return {
        "empty": b"",
        "only-newline": b"\n",
        "array": b"[]\n",
        "array-of-the-object": b"[" + data[:-1] + b"]\n",
        "null": b"null\n",
        "number": b"1\n",
        "text": b'"algebraic-margin certificate"\n',
        "empty-object": sealed({}),
        "truncated": data[: len(data) // 2],
        "truncated-by-brace": data[:-2] + b"\n",
        "no-newline": data[:-1],
        "two-newlines": data + b"\n",
        "carriage-return": data[:-1] + b"\r\n",
        "leading-space": b" " + data,
        "trailing-space": data[:-1] + b" \n",
        "twice": data + data,
        "byte-order-mark": b"\xef\xbb\xbf" + data,
        "utf-16": text.encode("utf-16"),
        "zero-byte-at-end": data + b"\0",
        "spaces-after-colons": text.replace('":', '": ').encode(),
        "space-in-a-list": retold('"frequencies":[1,2]', '"frequencies":[1, 2]'),
        "comment": retold('"version":1', '"version":1/**/'),
        "trailing-comma": retold('"frequencies":[1,2]', '"frequencies":[1,2,]'),
        "keys-unsorted": retold('"k":2,"kind":"modular_addition","n":6', '"n":6,"k":2,"kind":"modular_addition"'),
        "key-twice": retold('"k":2,', '"k":2,"k":2,'),
        "key-twice-at-top": retold(',"version":1', ',"version":1,"version":1'),
        "key-twice-with-two-values": retold('"coefficient":2', '"coefficient":4,"coefficient":2'),
        "escaped-letter": retold('"modular_addition"', '"modular\\u005faddition"'),
        "escaped-slash": retold('"modular_addition"', '"modular\\/addition"'),
        "non-ascii-letter": retold('"modular_addition"', '"modular_äddition"'),
        "non-ascii-escaped": sealed(put(body, "task.kind", "modular_äddition")),
        "lone-surrogate": sealed(put(body, "task.kind", "\ud800")),
        "invalid-utf-8": data[:20] + b"\xff" + data[20:],
        "control-character": data.replace(b"modular_addition", b"modular\taddition"),
        "single-quotes": text.replace('"', "'").encode(),
        "plus-sign": retold('"version":1', '"version":+1'),
        "leading-zero": retold('"version":1', '"version":01'),
        "minus-zero": claiming([]).replace(b'"inner":2', b'"inner":-0'),
        "hexadecimal": retold('"version":1', '"version":0x1'),
        "hash-wrong": canonical(body | {"sha256": wrong}),
        "hash-upper-case": canonical(body | {"sha256": right.upper()}),
        "hash-missing": canonical(body),
        "hash-null": canonical(body | {"sha256": None}),
        "hash-of-bytes-without-newline": canonical(without_newline),
        "hash-of-another-certificate": canonical(body | {"sha256": digest(small)}),
        "hash-too-short": canonical(body | {"sha256": right[:-1]}),
        "hash-a-number": canonical(body | {"sha256": int(right, 16)}),
        "changed-after-sealing": retold('"n":6', '"n":8'),
        "float": claiming([[1, 0.5, 1]]),
        "float-that-is-whole": claiming([[1, 1.0, 4]]),
        "float-version": sealed(put(small, "version", 1.0)),
        "float-exponent": claiming([[1, 1e300, 1]]),
        "float-unused": sealed(small | {"remark": 0.5}),
        "not-a-number": claiming([[1, float("nan"), 1]]),
        "infinity": claiming([[1, float("inf"), 1]]),
        "minus-infinity": sealed(put(small, "version", float("-inf"))),
        "integer-of-8193-bits": claiming([[1, 2**8192, 1]]),
        "negative-integer-of-8193-bits": claiming([[1, -(2**8192), 1]]),
        "denominator-of-8193-bits": claiming([[1, 1, 2**8192]]),
        "integer-of-5000-digits": retold('"version":1', '"version":1' + 4999 * "0"),
        "integer-of-8193-bits-as-n": sealed(put(small, "task.n", 2**8192)),
        "nested-300-deep": sealed(small | {"rules": deep}),
        "nested-1000-deep": b"[" * 1000 + b"]" * 1000 + b"\n",
        "nested-9000-deep-and-open": b"[" * 9000,
    }
