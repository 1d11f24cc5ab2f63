"""Files of up to 4 MB made to be slow or large: both checkers answer within 10 seconds and 512 MB, the same.

Large weights, logits and widths may take a minute; twice that is allowed here, as the machine may be busy.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs_check.building.addition.hostile_files import hostile
from tests.proofs_check.building.addition.limit_files import LONGEST
from tests.proofs_check.building.checkers import NAMES, ROOT, checker
from tests.proofs_check.building.composition.hostile_files import HOSTILE
from tests.proofs_check.building.dihedral.hostile_files import HOSTILE as DIHEDRAL
from tests.proofs_check.building.logits.hostile_files import hostile as long_hostile
from tests.proofs_check.building.shared.hostile_files import HOSTILE as SHARED
from tests.proofs_check.building.width.hostile_files import HOSTILE as WIDTHS

SECONDS, LONGEST_SECONDS, MEGABYTES = 10, 120, 512
OFTEN = {"brackets", "one-integer", "many-radicands", "few-long-shares", "long-phases", "close-sign", "huge-numbers"}
OFTEN |= {"phases-and-long-shares", "phases-of-four-inputs", "long-weights", "inputs-9", "inputs-64"}
OFTEN |= {"c2^8", "table-of-c2^8", "long-class-weights", "two-long-cycles", "sixteen-generators"}
OFTEN |= {"shared-dual-n31", "shared-too-many-weights", "shared-brackets"}
OFTEN |= {"dihedral-small-order", "dihedral-huge-order", "dihedral-large-order", "dihedral-brackets"}
OFTEN |= {"width-coefficients"}
LONG = long_hostile()
AT_LIMITS = {
    *LONG,
    "dihedral-products",
    "dihedral-products-k2",
    "dihedral-coefficients-k2",
    "width-products",
    "width-products-in-pairs",
    "width-of-many-columns",
    "width-beyond-the-limit",
}
WITH_WORK = {"dihedral-products", "dihedral-products-k2", "dihedral-coefficients-k2"}
FILES = hostile() | HOSTILE | DIHEDRAL | SHARED | WIDTHS | LONG
# the file as the command line reads it, the time of the verdict alone, and the largest memory of the process
PROGRAM = """
import importlib, json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]), int(sys.argv[3])))
checker = importlib.import_module("proofs_check." + sys.argv[1])
with open(sys.argv[2], "rb") as file:
    data = file.read()
start = time.process_time()
verdict = checker.check_bytes(data)
seconds = time.process_time() - start
try:
    with open("/proc/self/status") as file:
        kilobytes = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
except OSError:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([verdict.status, verdict.detail, seconds, kilobytes / 1024]))
"""


def names() -> list[object]:
    return [name if name in OFTEN else pytest.param(name, marks=pytest.mark.slow) for name in FILES]


@pytest.mark.parametrize("name", names())
def test_fast_and_small(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(FILES[name]())
    assert path.stat().st_size <= LONGEST
    statuses, most = {}, LONGEST_SECONDS if name in AT_LIMITS else SECONDS
    for which in NAMES:
        checker(which)  # skips where it cannot be loaded
        # ended by processor time, as on a busy machine a clock says nothing
        command = [sys.executable, "-c", PROGRAM, which, str(path), str(3 * most)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.returncode, done.stderr[-1000:])
        status, detail, seconds, megabytes = json.loads(done.stdout)
        assert "gave up" not in detail
        assert seconds < most, which
        assert megabytes < MEGABYTES, which
        statuses[which] = status
    assert len(set(statuses.values())) == 1, statuses
    if name in WITH_WORK:  # not refused for its form, before the work
        assert statuses["check"] == "REJECTED"


def test_the_names_exist() -> None:
    assert set(FILES) > OFTEN | AT_LIMITS
    assert len(FILES) == sum(map(len, (hostile(), HOSTILE, DIHEDRAL, SHARED, WIDTHS, LONG)))
