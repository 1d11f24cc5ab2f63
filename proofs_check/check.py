"""Checks certificates of every kind with bare Python. No search, no tolerance, no floating point.

    python3 -I -S proofs_check/check.py FILE...

One verdict per file: VERIFIED (exit code 0), REJECTED by a named rule (1), MALFORMED (2); the worst is the exit code.
The rules are in kernel/, what they prove in formats/.
"""

from __future__ import annotations

import sys

if not __package__:  # as a script
    sys.path.insert(0, __file__.removesuffix("check.py") + "..")

from proofs_check.kernel.verdicts import check_bytes, check_files

__all__ = ["check_bytes", "main"]


def main(paths: list[str]) -> int:
    """Check files by the rules for their kinds of task."""
    return check_files(paths, check_bytes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
