"""What the certificate checkers say of claimed values. The only file of the claims that knows the checkers."""

from __future__ import annotations

import json
from dataclasses import replace

from margin.addition.certificate import certificate
from margin.addition.construction import construct, construct_uniform, rotation_phases
from margin.addition.maximum import maximum_margin
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count
from proofs_check import check, check_groups, check_parity

CHECKERS = {
    "modular_addition": check.check_bytes,
    "group_composition": check_groups.check_bytes,
    "sparse_parity": check_parity.check_bytes,
    "width": check.check_bytes,
}


def verified(certificate: bytes) -> bool:
    """Whether the first family of checkers verifies a certificate; no file of an unknown kind is verified."""
    check_kind = CHECKERS.get(json.loads(certificate).get("task", {}).get("kind"))
    return check_kind is not None and check_kind(certificate).status == "VERIFIED"


def kernel_says(task: ModularAddition, value: Surd, construction: str = "minimal", width: int | None = None) -> bool:
    """Whether the certificate checker verifies that gamma* of the task equals `value`, from network and dual.

    With `width`, the network of the construction must have that width too. The checker derives both bounds itself.
    """
    network = construct_uniform(task, construction)
    if width is not None and network.width != width:
        return False
    return verified(certificate(replace(maximum_margin(task), exact=value), network))


def suffices(n: int, k: int, per_frequency: int) -> bool:
    """Whether the kernel verifies that a construction with that many neurons at each frequency reaches gamma*.

    It may have fewer at frequencies of a small order, where fewer do: more neurons never hurt.
    """
    task = ModularAddition(n, k)
    value, frequencies = maximum_margin(task).exact, count(task.rotation_frequencies)
    for construction in ("minimal", "paper"):
        size = rotation_phases(k, construction).size
        narrow = construct(task, construction).width <= size * frequencies
        if size == per_frequency and narrow and kernel_says(task, value, construction):
            return True
    return False
