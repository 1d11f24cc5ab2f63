"""A short test of an installation that has no pytest: every logit of small networks, exactly.

python -m margin.selftest
"""

from __future__ import annotations

from margin.addition.check import slow_check
from margin.addition.construction import CONSTRUCTIONS, construct
from margin.addition.maximum import maximum_margin
from margin.io.command import Parser, run
from margin.tasks import ModularAddition

PROG = "python -m margin.selftest"
TASKS = [ModularAddition(n, k) for n in range(2, 8) for k in range(1, 4)]


def main() -> int:
    Parser(PROG, "Brute-force check of small networks.", "exit codes: 0 all passed, 1 one failed").parse_args()
    failures = 0
    for task in TASKS:
        claim = maximum_margin(task)
        for construction in CONSTRUCTIONS:
            check = slow_check(construct(task, construction, claim), claim)
            if not (check.passed and check.exact):
                failures += 1
                print(f"FAILED {task}, {construction} construction: {check.statements}")
    print(f"{2 * len(TASKS) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    run(PROG, main)
