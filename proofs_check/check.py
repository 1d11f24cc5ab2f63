"""Checks certificates of every kind with bare Python. No search, no tolerance, no floating point.

    python3 -I -S proofs_check/check.py FILE...

One verdict per file: VERIFIED (exit code 0), REJECTED by a named rule (1), MALFORMED (2), or FAILED, which is none: the
checker itself failed (3). The largest is the exit code. The rules are in kernel/, what they prove in formats/.
"""

from __future__ import annotations

import sys

if not __package__:  # as a script
    sys.path.insert(0, __file__.removesuffix("check.py") + "..")

try:
    from proofs_check.kernel.verdicts import check_bytes, command
except Exception as error:  # one that does not load has no verdict: exit code 3, where Python's own would be 1
    if __name__ != "__main__":
        raise
    print(f"check.py: the checker cannot be loaded: {type(error).__name__}: {error}", file=sys.stderr)
    raise SystemExit(3) from None

__all__ = ["check_bytes", "main"]


def main(arguments: list[str]) -> int:
    """Check files by the rules for their kinds of task."""
    return command(arguments, check_bytes, "check.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
