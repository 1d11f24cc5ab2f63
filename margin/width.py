"""The fewest neurons of a maximum-margin network at one frequency, or of a group: construction, proved bound, proof.

python -m margin.width --k 4
python -m margin.width --k 5 --certificate w.json
python -m margin.width --k 2 --order 4
python -m margin.width --k 2 --group Q8
python -m margin.width --k 3 --group D5 --certificate w.json
"""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from typing import Any

from margin.io.command import Parser, Refused, answer, integer, refusing, require_places, run, write_files

PROG = "python -m margin.width"
SCHEMA = 1
MOST_SOLVED = 6  # k of the semidefinite programs
MOST_K = 1000  # as for groups
FREE = 5  # k up to which the program takes less than a minute
LARGER = {(3, 3): 7, (4, 6): 6}  # k and order: the least --support, above k, that proves what is shipped
MOST_DIHEDRAL, FREE_DIHEDRAL = 4, 3  # the same for dihedral representations
CHECK = "python3 -I -S proofs_check/check.py"


def parser() -> Parser:
    result = Parser(
        PROG,
        "How many neurons a maximum-margin network of k-input addition needs at a rotation frequency, for every modulus"
        f" at once: the smallest construction known, and a lower bound computed from nothing (k <= {FREE}) with a"
        " certificate of integers. Or the neurons of a finite group, representation by representation.",
        "exit codes: 0 done, 2 wrong input",
    )
    result.add_argument("--k", type=integer("--k", 1, "3"), required=True, help="number of inputs >= 1")
    which = result.add_mutually_exclusive_group()
    which.add_argument(
        "--order", type=integer("--order", 3, "4"), help="of the frequency, n / gcd(z, n); default: every large one"
    )
    which.add_argument("--group", metavar="NAME", help="a group as for --group of predict")
    result.add_argument(
        "--certificate",
        metavar="FILE.json",
        help="write the bound's certificate; of a group, for real representations of dimension 2",
    )
    result.add_argument(
        "--support",
        type=integer("--support", 1, "8"),
        metavar="D",
        help="exponents m with |m|_1 <= D; default: k, and more where that proves less than is known",
    )
    result.add_argument(
        "--largest", type=integer("--largest", 1, "3"), metavar="L", help="and |m_j| <= L (of a group: default k)"
    )
    result.add_argument(
        "--resume", metavar="FILE.safetensors", help="keep every step of the program there, and go on from it"
    )
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return result


def _arguments() -> argparse.Namespace:
    arguments = parser().parse_args()
    if arguments.k > MOST_K:
        raise Refused(f"--k {arguments.k}: expected at most {MOST_K}, as the counts double with each input")
    solving = [f"--{name}" for name in ("certificate", "support", "largest", "resume") if getattr(arguments, name)]
    if arguments.group is not None:
        _require_group_options(arguments, solving)
    if arguments.group is None and arguments.k > FREE and solving and arguments.support is None:
        raise Refused(
            f"{solving[0]} with k = {arguments.k}; the program takes minutes and 2 GB beyond k = {FREE}:"
            " choose its --support, such as 8 with --largest 3"
        )
    if arguments.group is None and solving and not 2 <= arguments.k <= MOST_SOLVED:
        raise Refused(f"{solving[0]} with k = {arguments.k}; expected k from 2 to {MOST_SOLVED}")
    if arguments.support is not None and (arguments.support - arguments.k) % 2:
        raise Refused(f"--support {arguments.support} with k = {arguments.k}; expected a number of the parity of k")
    return arguments


def _require_group_options(arguments: argparse.Namespace, solving: list[str]) -> None:
    """With a group there are certificates of dihedral representations alone, none of whose programs is kept."""
    other = [option for option in solving if option not in ("--certificate", "--largest")]
    if other:
        raise Refused(f"--group with {other[0]}; only --certificate and --largest go with a group: leave it out")
    if solving and not arguments.certificate:
        raise Refused("--group with --largest; it is of the program of a --certificate: name its file")
    most = MOST_DIHEDRAL if arguments.largest else FREE_DIHEDRAL
    if solving and not 2 <= arguments.k <= most:
        raise Refused(
            f"--group with --certificate and k = {arguments.k}; expected k from 2 to {FREE_DIHEDRAL}, or to"
            f" {MOST_DIHEDRAL} with a small --largest"
        )


def block(arguments: argparse.Namespace) -> tuple[dict[str, Any], bytes]:
    """The answer for one frequency, and the certificate's bytes (none where nothing was computed)."""
    from margin.addition.construction import rotation_phases
    from margin.addition.small_orders import small_order_phases
    from margin.addition.width import block_bound

    k, order = arguments.k, arguments.order or 0
    result = {
        "schema": SCHEMA,
        "k": k,
        "order": arguments.order,
        "constructed": (small_order_phases(k, order) or rotation_phases(k, "minimal")).size,
        "paper": rotation_phases(k, "paper").size,
        "lower_bound": block_bound(k, order),
        "ratio": None,
    }
    if not (2 <= k <= FREE or arguments.support):
        return result | _verdict(result), b""
    bound, content = _computed(k, order, arguments)
    best = max(bound.neurons, result["lower_bound"] or 0)
    result |= {"lower_bound": best, "ratio": str(bound.ratio)}
    return result | _verdict(result), content


def _computed(k: int, order: int, arguments: argparse.Namespace) -> tuple[Any, bytes]:
    from margin.minimal_width.certificate import certificate, require_support
    from margin.minimal_width.program import solve
    from margin.minimal_width.resume import keep, kept
    from margin.minimal_width.rounding import prove

    size = arguments.support or LARGER.get((k, order))
    if arguments.certificate:
        with refusing("--certificate"):
            require_support(k, order, size, arguments.largest)
    path = arguments.resume
    with refusing("--resume") if path else nullcontext():
        start = kept(path) if path else None
        optimum = solve(
            k,
            order,
            size,
            arguments.largest,
            report=_progress if path else None,
            start=start,
            save=(lambda point: keep(path, point)) if path else None,
        )
    bound = prove(k, order, optimum)
    with refusing("--certificate"):
        return bound, certificate(bound) if arguments.certificate else b""


def _progress(step: int, value: float, bound: float, residual: float) -> None:
    sys.stderr.write(f"step {step}: F(0) {value:.6f}, at most {bound:.6f}, residual {residual:.1e}\n")


def _verdict(result: dict[str, Any]) -> dict[str, Any]:
    settled = result["lower_bound"] == result["constructed"]
    return {"minimal": result["constructed"] if settled else None}


def as_text(result: dict[str, Any], certificate: str | None) -> str:
    k, order = result["k"], result["order"]
    where = f"of order {order}" if order else f"whose order is even and above {2 * k}, or odd and above {k}"
    lines = [
        f"{k}-input addition mod n, every n, a frequency {where}",
        f"construction  {result['constructed']} neurons; {result['paper']} in the paper's",
    ]
    lines.append(_bound_text(result["lower_bound"], result["ratio"]))
    settled = result["minimal"] is not None
    lines.append(f"minimum       {result['minimal']}, proved" if settled else "minimum       open")
    if result["ratio"] is not None:
        lines.append("proof         integer polynomials phi; F = the mean of sum |phi|^2 over permutations and signs;")
        lines.append("              F(0) / (F^(0) + what is positive where sums need not vanish); docs/theory.md, 5.14")
    if certificate:
        lines.append(f"check         {CHECK} {certificate}")
    elif result["ratio"] is not None:
        lines.append("check         write it with --certificate FILE.json")
    return "\n".join(lines)


def _bound_text(bound: int | None, ratio: str | None) -> str:
    """Polynomials of a small support prove less than what is shipped."""
    from fractions import Fraction

    if bound is None:
        return "lower bound   none proved"
    if ratio is None:
        return f"lower bound   {bound} neurons, proved"
    computed = f"more than {_below(ratio)}, a quotient of integers"
    if Fraction(ratio) > bound - 1:
        return f"lower bound   {bound} neurons, proved: {computed}"
    return f"lower bound   {bound} neurons, proved by a certificate that is shipped; these polynomials: {computed}"


def _below(ratio: str) -> str:
    """A decimal below the quotient, but above the integer below it."""
    from fractions import Fraction

    value = Fraction(ratio)
    thousandths = (value.numerator * 1000 - 1) // value.denominator
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def group(name: str, k: int) -> dict[str, Any]:
    """The answer for a group, representation by representation. Raises ValueError for a name that is none."""
    from margin.composition.width import counted_blocks
    from margin.tasks import parse
    from margin.theory import predict

    result = predict(parse(f"group:{name}", k), check="none")
    representations = []
    counted = zip(counted_blocks(result.prediction), result.widths.neurons_each, strict=True)
    for (part, width), neurons in counted:
        representations.append(
            {
                "type": part.type,
                "dimension": part.dimension,
                "count": part.count,
                "constructed": neurons,
                "paper": width.paper,
                "lower_bound": width.lower_bound,
            }
        )
    widths = result.widths
    return {
        "schema": SCHEMA,
        "k": k,
        "group": str(name),
        "constructed": widths.constructed,
        "paper": widths.paper,
        "lower_bound": widths.lower_bound,
        "minimal": widths.minimal,
        "representations": representations,
    }


def group_text(result: dict[str, Any], certificate: str | None = None) -> str:
    lines = [f"{result['k']}-input composition in {result['group']}"]
    for part in result["representations"]:
        bound = "no bound proved" if part["lower_bound"] is None else f"at least {part['lower_bound']}, proved"
        count = f"{part['count']} x " if part["count"] > 1 else ""
        lines.append(
            f"  {count}{part['type']}, dimension {part['dimension']}: {part['constructed']} neurons each; {bound};"
            f" {part['paper']} in the published construction"
        )
    total = f"in all        {result['constructed']} neurons; {result['paper']} in the published construction; "
    bound, minimal = result["lower_bound"], result["minimal"]
    if minimal is not None:
        lines.append(total + f"minimum {minimal}, proved")
    else:
        lines.append(total + ("no lower bound certified" if bound is None else f"at least {bound}, proved"))
    if certificate:
        proved = result["certified"]
        lines += [
            f"certified     {proved['lower_bound']} neurons of each real representation of dimension 2 with"
            f" {proved['order']} rotations: more than {_below(proved['ratio'])}",
            f"check         {CHECK} {certificate}",
        ]
    return "\n".join(lines)


def dihedral(name: str, k: int, largest: int | None) -> tuple[dict[str, Any], bytes]:
    """The bound for real representations of dimension 2 with the most rotations, from nothing, and its certificate.

    Raises ValueError for a group without one, and beyond the limits of the format.
    """
    from margin.composition.width import dihedral_orders
    from margin.minimal_width.certificate import dihedral_certificate, require_dihedral
    from margin.minimal_width.exponents import is_large
    from margin.minimal_width.tuple_bounds import prove_tuples
    from margin.minimal_width.tuple_program import solve_tuples
    from margin.tasks import GroupComposition

    order = max(dihedral_orders(GroupComposition(name, k)), default=0)
    if not order:
        raise ValueError("no real representation of dimension 2, and certificates are for these; expected such as D5")
    require_dihedral(k, order, largest or k)
    bound = prove_tuples(solve_tuples(k, 2, 0 if is_large(order, k) else order, largest or k))
    return {"order": order, "lower_bound": bound.neurons, "ratio": str(bound.ratio)}, dihedral_certificate(bound)


def main() -> int:
    arguments = _arguments()
    places = {"--certificate": arguments.certificate}
    require_places(places | {"--resume": arguments.resume})
    if arguments.group is not None:
        with refusing(f"--group {arguments.group[:40]} --k {arguments.k}"):
            described, content = group(arguments.group, arguments.k), b""
            if arguments.certificate:
                described["certified"], content = dihedral(arguments.group, arguments.k, arguments.largest)
        written = write_files(places, {"--certificate": lambda path: _write(path, content)})
        answer(described if arguments.json else group_text(described, arguments.certificate), written)
        return 0
    result, content = block(arguments)
    written = write_files(places, {"--certificate": lambda path: _write(path, content)})
    answer(result if arguments.json else as_text(result, arguments.certificate), written)
    return 0


def _write(path: str, content: bytes) -> None:
    from pathlib import Path

    from margin.io.files import write_whole

    write_whole(Path(path), content)


if __name__ == "__main__":
    run(PROG, main)
