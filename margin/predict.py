"""The maximum margin of a task, the network that reaches it, and an exact check that it does.

python -m margin.predict --p 23 --k 3
python -m margin.predict --group S5 --k 3 --json
python -m margin.predict --parity 10,4
python -m margin.predict --p 7 --k 2 --shared --certificate c.json
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from margin.answers import schema_one
from margin.answers.record import Answer, Prediction
from margin.answers.report import as_json, as_text
from margin.io.command import (
    Parser,
    Refused,
    answer,
    group_tables,
    integer,
    parity,
    refusing,
    require_places,
    run,
    write_files,
)
from margin.tasks import SharedEmbedding, parse
from margin.theory import CONSTRUCTIONS, certificate, checked, construct, predict, require_size, vipr, wording

if TYPE_CHECKING:
    from margin.shared.maximum import SharedMargin

PROG = "python -m margin.predict"


def parser() -> Parser:
    result = Parser(
        PROG,
        "Exact maximum L_{2,k+1} margin of k-input addition mod p (any modulus), of k-input composition in a finite"
        " group, or of sparse parity; a network that reaches it, a check.",
        "exit codes: 0 done, all that was checked holds, 1 the check failed, 2 wrong input",
    )
    task = result.add_mutually_exclusive_group(required=True)
    task.add_argument("--p", "--n", type=integer("--p", 2, "23"), help="modulus n >= 2; need not be prime")
    task.add_argument(
        "--group",
        metavar="NAME",
        help="Cn, Dn (order 2n), Dicn (order 4n), Qn (order n), Sn, An, SDn (order n), M11, PSL, SL, PGL, GL,"
        " AGL(n,q), products like C2xC4, SmallGroup(n,i), generators like 'perm:(1,2,3)(4,5);(1,2)', a Cayley table"
        " FILE.csv",
    )
    task.add_argument("--parity", type=parity, metavar="N,K", help="parity of K of N bits, activation x^K")
    result.add_argument("--k", type=integer("--k", 1, "3"), help="number of inputs >= 1 (not with --parity)")
    result.add_argument(
        "--shared", action="store_true", help="with --p: one embedding for all inputs, counted once in the norm"
    )
    result.add_argument(
        "--recompute", action="store_true", help="with --shared: compute the enclosure anew, where one is saved"
    )
    result.add_argument("--construction", choices=CONSTRUCTIONS, default="minimal", help="default: minimal")
    result.add_argument("--check", choices=("fast", "slow", "none"), default="fast", help="default: fast (exact)")
    result.add_argument("--save", metavar="FILE.safetensors", help="write the weights U and W, float64")
    result.add_argument(
        "--certificate", metavar="FILE.json", help="write a certificate for python -m proofs_check verify"
    )
    result.add_argument(
        "--vipr", metavar="FILE.vipr", help="write the linear program and its proof for viprchk (rational programs)"
    )
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    result.add_argument(
        "--schema", type=int, choices=(1, 2), default=2, help="of the JSON: 2 (default), the same for all tasks, or 1"
    )
    return result


def _arguments() -> argparse.Namespace:
    if len(sys.argv) == 1:
        raise Refused(f"no arguments; expected --p N and --k K, for example: {PROG} --p 23 --k 3")
    arguments = parser().parse_args()
    if (arguments.k is None) != (arguments.parity is not None):
        came = "--parity with --k" if arguments.parity is not None else "no --k"
        raise Refused(f"{came}; expected --p N --k K, --group NAME --k K, or --parity N,K; see {PROG} --help")
    if arguments.recompute and not arguments.shared:
        raise Refused("--recompute without --shared, expected --p N --k K --shared --recompute")
    if arguments.shared:
        _require_shared(arguments)
    return arguments


def _require_shared(arguments: argparse.Namespace) -> None:
    """Refuse what is not known with a shared embedding."""
    others = {
        "--group": arguments.group is not None,
        "--parity": arguments.parity is not None,
        "--construction paper": arguments.construction == "paper",
        "--save": arguments.save is not None,
        "--vipr": arguments.vipr is not None,
        "--schema 1": arguments.schema == 1,
    }
    for option, given in others.items():
        if given:
            raise Refused(
                f"--shared with {option}, expected --shared with --p N --k K alone, --check, --certificate or --json"
            )


def _label(arguments: argparse.Namespace) -> tuple[str, str]:
    """The task as `margin.tasks.parse` reads it, and its options, shortened, for messages."""
    given = {
        "shared" if arguments.shared else "mod": ("--p", arguments.p),
        "group": ("--group", arguments.group),
        "parity": ("--parity", arguments.parity),
    }
    kind, option, text = next((kind, name, str(text)) for kind, (name, text) in given.items() if text is not None)
    k = "" if arguments.k is None else f" --k {arguments.k}"
    k += " --shared" if arguments.shared else ""
    return f"{kind}:{text}", f"{option} {text if len(text) <= 40 else text[:37] + '...'}{k}"


def _require_space(path: str | None, answer: Answer) -> None:
    """Refuse, before anything long is computed, weights that do not fit."""
    if path is not None:
        from margin.networks.storage import require_space

        with refusing("--save"):
            require_space(path, answer.prediction.task, answer.widths.constructed)


def _save(path: str, answer: Answer) -> None:
    from margin.networks.storage import save

    save(construct(answer.prediction.task, answer.construction, answer.prediction), path, answer.construction)


def _certified(prediction: Prediction | SharedMargin, construction: str = "minimal") -> bytes:
    """The certificate, before any file is written. Raises Refused beyond the limits of its format."""
    with refusing("--certificate"):
        return certificate(prediction, construction=construction)


def _programmed(answer: Answer) -> bytes:
    """The linear program, before any file is written. Raises Refused where it is not rational."""
    with refusing("--vipr"):
        return vipr(answer.prediction)


def _write(path: str, content: bytes) -> None:
    from pathlib import Path

    from margin.io.files import write_whole

    write_whole(Path(path), content)


def _shared(arguments: argparse.Namespace, label: str, task: SharedEmbedding) -> int:
    """The answer for a shared embedding."""
    from margin.shared import maximum, report
    from margin.theory import check

    with refusing(label):
        prediction = maximum.enclose(task) if arguments.recompute else maximum.maximum_margin(task)
    result = check(prediction, arguments.check)
    failed = result.passed is False
    content = b"" if failed or arguments.certificate is None else _certified(prediction)
    writers = {"--certificate": lambda path: _write(path, content)}
    written = [] if failed else write_files({"--certificate": arguments.certificate}, writers)
    answer((report.as_json if arguments.json else report.as_text)(prediction, result), written)
    return 1 if failed else 0


def main() -> int:
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # our limit is EXACT_BITS
    arguments = _arguments()
    places = {"--save": arguments.save, "--certificate": arguments.certificate, "--vipr": arguments.vipr}
    spec, label = _label(arguments)
    with refusing(label):
        task = parse(spec, arguments.k)
        require_size(task)
    require_places(places, group_tables(arguments.group))
    if isinstance(task, SharedEmbedding):
        return _shared(arguments, label, task)
    with refusing(label):
        draft = predict(task.listed() if arguments.check == "slow" else task, arguments.construction, "none")
    _require_space(arguments.save, draft)
    with refusing(f"--check {arguments.check}"):
        result = checked(draft, arguments.check, progress=True)
    failed = result.check.passed is False
    content = b"" if failed or arguments.certificate is None else _certified(result.prediction, result.construction)
    program = b"" if failed or arguments.vipr is None else _programmed(result)
    writers = {
        "--save": lambda path: _save(path, result),
        "--certificate": lambda path: _write(path, content),
        "--vipr": lambda path: _write(path, program),
    }
    written = [] if failed else write_files(places, writers)
    as_object = as_json if arguments.schema == 2 else schema_one.as_json
    answer(as_object(result) if arguments.json else as_text(result, wording(task)), written)
    return 1 if failed else 0


if __name__ == "__main__":
    run(PROG, main)
