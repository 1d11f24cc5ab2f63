"""Check certificates.

python -m proofs_check verify c.json [...]
python -m proofs_check verify --both c.json     # with both checkers; they must agree
"""

from __future__ import annotations

import sys
from pathlib import Path

from proofs_check import check

USAGE = "python -m proofs_check: got {got}, expected: verify [--both] FILE..."


def verify_both(paths: list[str]) -> int:
    """Run both checkers on each file; a disagreement counts as rejected. Returns the worst exit code."""
    try:
        from proofs_check import recheck
    except ImportError as error:
        print(f"python -m proofs_check: --both needs python-flint ({error}); pip install python-flint", file=sys.stderr)
        return 2
    worst = 0
    for path in paths:
        try:
            with Path(path).open("rb") as file:
                data = file.read(check.MOST_BYTES + 1)
        except OSError as error:
            print(f"MALFORMED {path}: cannot be read: {error.strerror}")
            worst = 2
            continue
        first, second = check.check_bytes(data), recheck.check_bytes(data)
        if (first.status, first.rule) == (second.status, second.rule):
            print(f"{first.status} {path}: {first.detail} (both checkers)")
            worst = max(worst, check.EXIT_CODES[first.status])
        else:
            print(f"DISAGREEMENT {path}: {first.status} {first.detail} but {second.status} {second.detail}")
            worst = max(worst, 1)
    return worst


def main(arguments: list[str]) -> int:
    command, *rest = arguments or [""]
    both = "--both" in rest
    paths = [path for path in rest if path != "--both"]
    unknown = [path for path in paths if path.startswith("-")]
    if command != "verify" or not paths or unknown:
        print(USAGE.format(got=" ".join(arguments) or "no arguments"), file=sys.stderr)
        return 2
    return verify_both(paths) if both else check.main(paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
