"""`python -m margin.predict --parity 10,4`: the part of the command that answers for sparse parity."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from margin.io.command import Refused, answer, refusing, require_places, write_files
from margin.tasks import SparseParity

MOST_K = 64  # of 2^(k-1) neurons


def parse(text: str) -> SparseParity:
    """The task of "N,K". Raises Refused for anything else."""
    found = re.fullmatch(r"([0-9]{1,9}),([0-9]{1,9})", text, re.ASCII)
    if found is None:
        raise Refused(f"--parity {text[:40]!r}: expected N,K, for example --parity 10,4")
    with refusing(f"--parity {text}"):
        task = SparseParity(int(found[1]), int(found[2]))
        if task.k > MOST_K:
            raise ValueError(f"K = {task.k}, expected at most {MOST_K}: the network has 2^(K-1) neurons")
    return task


def main(arguments: argparse.Namespace) -> int:
    """Answer for `--parity`; returns the exit code."""
    task = parse(arguments.parity)
    places = {"--save": arguments.save, "--certificate": arguments.certificate}
    require_places(places)
    if arguments.save is not None:
        from margin.networks.storage import require_name

        with refusing("--save"):
            require_name(arguments.save)
    from margin.parity.maximum import parity_report

    with refusing(f"--check {arguments.check}"):
        as_json, text = parity_report(task, arguments.check, progress=True)
    passed = as_json["check"]["passed"]
    written = []
    if passed is not False:
        writers = {"--save": lambda path: _save(path, task), "--certificate": lambda path: _certify(path, task)}
        written = write_files(places, writers)
    answer(as_json if arguments.json else text, written)
    return 1 if passed is False else 0


def _save(path: str, task: SparseParity) -> None:
    from margin.networks.storage import save
    from margin.parity.construction import construct_parity

    save(construct_parity(task), path, "minimal")


def _certify(path: str, task: SparseParity) -> None:
    from margin.io.files import write_whole
    from margin.parity.certificate import parity_certificate
    from margin.parity.maximum import parity_prediction

    write_whole(Path(path), parity_certificate(parity_prediction(task)))
