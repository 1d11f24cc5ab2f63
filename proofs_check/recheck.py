"""Checks certificates with the second family of checkers, which needs python-flint.

python proofs_check/recheck.py FILE...        exit code: the largest of 0 VERIFIED, 1 REJECTED, 2 MALFORMED, 3 FAILED
"""

from __future__ import annotations

import sys

if not __package__:  # as a script
    sys.path.insert(0, __file__.removesuffix("recheck.py") + "..")

try:
    from proofs_check.second.verdicts import RULES, check_bytes, main
except ImportError:
    if __name__ != "__main__":
        raise
    print("recheck: python-flint is needed and is not installed", file=sys.stderr)
    raise SystemExit(2) from None

__all__ = ["RULES", "check_bytes", "main"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
