"""The maximum margin of a task, the network that reaches it, and an exact check that it does.

python -m margin.predict --p 23 --k 3
python -m margin.predict --group S5 --k 3 --json
python -m margin.predict --parity 10,4
"""

from __future__ import annotations

import argparse
import sys

from margin.addition.check import fast_check, slow_check
from margin.addition.construction import CONSTRUCTIONS, construct
from margin.addition.maximum import MaximumMargin, maximum_margin
from margin.addition.report import Report, as_json, as_text
from margin.addition.width import widths
from margin.answers.check import CheckResult, no_check
from margin.io.command import EXACT_BITS, Parser, Refused, answer, integer, refusing, require_places, run, write_files
from margin.networks.cosines import CosineNetwork
from margin.tasks import ModularAddition

PROG = "python -m margin.predict"


def parser() -> Parser:
    result = Parser(
        PROG,
        "Exact maximum L_{2,k+1} margin of k-input addition mod p (any modulus), of k-input composition in a finite"
        " group, or of sparse parity; a network that reaches it, a check.",
        "exit codes: 0 done and verified, 1 the check failed, 2 wrong input",
    )
    task = result.add_mutually_exclusive_group(required=True)
    task.add_argument("--p", type=integer("--p", 2, "23"), help="modulus n >= 2; need not be prime")
    task.add_argument(
        "--group",
        metavar="NAME",
        help="Cn, Dn (order 2n), Dicn (order 4n), Qn (order n), Sn, An, PSL(2,q), SL(2,q), products like C2xC4,"
        " generators like 'perm:(1,2,3)(4,5);(1,2)', a Cayley table FILE.csv",
    )
    task.add_argument("--parity", metavar="N,K", help="parity of K of N bits, activation x^K")
    result.add_argument("--k", type=integer("--k", 1, "3"), help="number of inputs >= 1 (not with --parity)")
    result.add_argument("--construction", choices=CONSTRUCTIONS, default="minimal", help="default: minimal")
    result.add_argument("--check", choices=("fast", "slow", "none"), default="fast", help="default: fast (exact)")
    result.add_argument("--save", metavar="FILE.safetensors", help="write the weights U (k,n,m) and W (m,n), float64")
    result.add_argument(
        "--certificate", metavar="FILE.json", help="write a certificate for python -m proofs_check verify"
    )
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return result


def predict(
    task: ModularAddition, construction: str = "minimal", check: str = "fast", progress: bool = False
) -> Report:
    """Prediction, network, widths and check of a task; what the command prints.

    Raises ValueError for an unknown construction or check, and as `slow_check`.
    """
    claim = maximum_margin(task)
    network = construct(task, construction, claim)
    return Report(claim, network, construction, widths(task, construction), _check(check, network, claim, progress))


def _check(method: str, network: CosineNetwork, claim: MaximumMargin, progress: bool) -> CheckResult:
    if method == "fast":
        return fast_check(network, claim)
    if method == "slow":
        return slow_check(network, claim, progress)
    if method == "none":
        return no_check()
    raise ValueError(f"predict: check {method!r}, expected fast, slow or none")


def _require_places(arguments: argparse.Namespace, task: ModularAddition) -> None:
    """Refuse, before any work, files that cannot be written or do not fit."""
    require_places({"--save": arguments.save, "--certificate": arguments.certificate})
    if arguments.save is not None:
        from margin.networks.storage import require_space

        with refusing("--save"):
            require_space(arguments.save, construct(task, arguments.construction))


def _save(path: str, report: Report) -> None:
    from margin.networks.storage import save

    save(report.network, path, report.construction)


def _certify(path: str, report: Report) -> None:
    from pathlib import Path

    from margin.addition.certificate import certificate
    from margin.io.files import write_whole

    write_whole(Path(path), certificate(report.prediction, report.network))


def _arguments() -> argparse.Namespace:
    if len(sys.argv) == 1:
        raise Refused(f"no arguments; expected --p N and --k K, for example: {PROG} --p 23 --k 3")
    arguments = parser().parse_args()
    if (arguments.k is None) != (arguments.parity is not None):
        came = "--parity with --k" if arguments.parity is not None else "no --k"
        raise Refused(f"{came}; expected --p N --k K, --group NAME --k K, or --parity N,K; see {PROG} --help")
    return arguments


def _modular_addition(arguments: argparse.Namespace) -> int:
    bits = arguments.k * (arguments.k.bit_length() + arguments.p.bit_length() + 2)
    if bits > EXACT_BITS:
        raise Refused(
            f"--p of {len(str(arguments.p))} digits with --k {arguments.k}: the exact margin would take about"
            f" {bits} bits, limit {EXACT_BITS}; choose a smaller --p or --k"
        )
    task = ModularAddition(arguments.p, arguments.k)
    with refusing(f"--p {arguments.p if arguments.p < 10**40 else '...'} --k {arguments.k}"):
        maximum_margin(task)  # for even k needs the square factors of p
    _require_places(arguments, task)
    with refusing(f"--check {arguments.check}"):
        report = predict(task, arguments.construction, arguments.check, progress=True)
    written = []
    if report.check.passed is not False:
        written = write_files(
            {"--save": arguments.save, "--certificate": arguments.certificate},
            {
                "--save": lambda path: _save(path, report),
                "--certificate": lambda path: _certify(path, report),
            },
        )
    answer(as_json(report) if arguments.json else as_text(report), written)
    return 1 if report.check.passed is False else 0


def main() -> int:
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # our limit is EXACT_BITS
    arguments = _arguments()
    if arguments.p is not None:
        return _modular_addition(arguments)
    if arguments.group is not None:
        from margin.composition import predict as group_command

        return group_command.main(arguments)
    from margin.parity import command as parity_command

    return parity_command.main(arguments)


if __name__ == "__main__":
    run(PROG, main)
