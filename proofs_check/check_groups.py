"""Checks certificates of formats/COMPOSITION.md alone; check.py checks every kind.

python3 -I -S proofs_check/check_groups.py FILE...
"""

from __future__ import annotations

import sys

if not __package__:  # as a script
    sys.path.insert(0, __file__.removesuffix("check_groups.py") + "..")

try:
    from proofs_check.kernel.composition import RULES
    from proofs_check.kernel.form import Verdict, verdict
    from proofs_check.kernel.verdicts import command
except Exception as error:  # one that does not load has no verdict: exit code 3, where Python's own would be 1
    if __name__ != "__main__":
        raise
    print(f"check_groups.py: the checker cannot be loaded: {type(error).__name__}: {error}", file=sys.stderr)
    raise SystemExit(3) from None


def check_bytes(data: bytes) -> Verdict:
    """The verdict by the rules for groups. Raises what a failure of the checker itself raises."""
    return verdict(data, lambda file: RULES)


def main(arguments: list[str]) -> int:
    """Check files by the rules for groups."""
    return command(arguments, check_bytes, "check_groups.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
