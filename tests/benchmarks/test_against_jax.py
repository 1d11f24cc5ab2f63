"""The comparison with JAX: without it one line, and its step of Adam is the definition's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = (
    "import sys; sys.modules['jax'] = None; from benchmarks.rivals.against_jax import main; raise SystemExit(main())"
)


def test_without_jax_one_line_says_so() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert not done.stdout
    (line,) = done.stderr.splitlines()
    assert line.endswith("JAX is not installed, and the comparison needs it: pip install jax")
