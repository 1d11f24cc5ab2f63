"""What anybody's trained weights have learnt: accuracy, margins, share of gamma*, frequencies, phases, certificate.

python -m margin.inspect net.pt --task mod:59 --k 2
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from margin.io.command import Parser, Refused, answer, group_tables, integer, refusing, require_places, run

if TYPE_CHECKING:
    from margin.inspection.network import Inspection

PROG = "python -m margin.inspect"


def parser() -> Parser:
    result = Parser(
        PROG,
        "What a trained network has learnt, from a file of weights as it was saved: a PyTorch state dict (.pt, .pth),"
        " .npz or safetensors, or the folder of a run. The layout is found from the shapes and names, and said; where"
        " two fit, --map chooses.\n"
        "Roles: input, embedding, tokens, position, hidden, output, projection, unembedding, embedding_offset, bias,"
        " projection_offset, offset, ignore; input1, input2, ... for one input each; :in,out or :out,in says how a"
        " matrix lies.",
        "exit codes: 0 inspected, 2 wrong input",
    )
    result.add_argument("file", metavar="FILE")
    result.add_argument("--task", help="mod:59, group:S4 or parity:10,4; our own files know it")
    result.add_argument("--k", type=integer("--k", 1, "2"), help="number of inputs (not needed with parity:N,K)")
    result.add_argument("--activation", metavar="NAME", help="x^2, relu, abs, a polynomial; default x^k, or the file's")
    result.add_argument("--map", action="append", default=[], metavar="NAME=ROLE", help="of a tensor; may be repeated")
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    result.add_argument("--certificate", metavar="FILE.json", help="write a certificate of the margin (on mod:n)")
    return result


def main() -> int:
    arguments = parser().parse_args()
    table = arguments.task.removeprefix("group:") if (arguments.task or "").startswith("group:") else None
    from margin.inspection.reading import RUN_WEIGHTS

    weights = {"the weights": arguments.file, "the run": str(Path(arguments.file) / RUN_WEIGHTS)}
    require_places({"--certificate": arguments.certificate}, weights | group_tables(table))
    if arguments.k is not None and arguments.task is None:
        raise Refused("--k without --task; expected both, for example --task mod:59 --k 2")
    from margin.inspection.network import inspect_file
    from margin.inspection.report import as_json, as_text
    from margin.inspection.roles import parse as parse_map
    from margin.networks.activations import parse as parse_activation
    from margin.tasks import parse as parse_task

    with refusing("--task"):
        task = None if arguments.task is None else parse_task(arguments.task, arguments.k).listed()
    with refusing("--activation"):
        activation = None if arguments.activation is None else parse_activation(arguments.activation)
    with refusing("--map"):
        parse_map(arguments.map)
    with refusing("inspect"):
        inspection = inspect_file(arguments.file, task, activation, arguments.map, progress=True)
    certificate = None
    if arguments.certificate is not None:
        content, certificate = _certified(inspection, arguments.certificate)
        with refusing("--certificate"):
            from margin.io.files import write_whole

            write_whole(Path(arguments.certificate), content)
    if arguments.json:
        answer(as_json(inspection, arguments.file, certificate), [])
        return 0
    answer(as_text(inspection) + ("" if certificate is None else f"\n{'certificate':<16}{certificate['claim']}"), [])
    return 0


def _certified(inspection: Inspection, path: str) -> tuple[bytes, dict[str, Any]]:
    """The certificate's bytes, and what it says."""
    from margin.inspection.certificate import certificate_of
    from margin.networks.integer_margin import float_below

    with refusing("--certificate"):
        certified = certificate_of(inspection.effective, inspection.task)
    gamma, logits = certified.gamma, certified.logits
    maximum = inspection.normalised.maximum
    return certified.content, {
        "file": path,
        "claim": certified.claim,
        "at_least": None if gamma is None else float_below(gamma),
        "share_of_maximum": None if gamma is None or maximum is None else float_below(gamma) / maximum,
        "least_logit_margin": None if logits is None else float_below(logits.least_margin),
        "correct": None if logits is None else logits.right,
    }


if __name__ == "__main__":
    run(PROG, main)
