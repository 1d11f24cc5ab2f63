"""Few neurons that keep the margin of a wide trained network: the fewest, where it has learnt all that it needs.

python -m margin.prune runs/mod23-seed0-7790da65 --out small.safetensors
python -m margin.prune net.pt --task mod:59 --k 2 --out small.npz
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from margin.inspection.options import ROLES, add_options, parsed, read_files
from margin.io.command import Parser, Refused, answer, refusing, require_places, run

if TYPE_CHECKING:
    from margin.networks.network import Network

PROG = "python -m margin.prune"
ARCHIVE = ".npz"


def parser() -> Parser:
    result = Parser(
        PROG,
        "Prunes a trained network of activation x^k, from a file of weights or the folder of a run as `inspect` reads"
        " them: neurons of one frequency are moved along networks that compute the same until few are left.\n" + ROLES,
        "exit codes: 0 the share of gamma* is kept, 1 it is not (the answer says what is missing), 2 wrong input",
    )
    result.add_argument("file", metavar="FILE")
    add_options(result)
    result.add_argument("--keep", type=_share, default=0.9999, metavar="SHARE", help="of gamma*; default: 0.9999")
    result.add_argument("--own", action="store_true", help="the network's own neurons only, no constructed block")
    result.add_argument("--out", metavar="FILE", help="write the weights, as FILE.safetensors or FILE.npz")
    result.add_argument("--certificate", metavar="FILE.json", help="write a certificate of their margin (on mod:n)")
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return result


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value <= 1:
        raise Refused(f"--keep {text[:40]!r}: expected a share of gamma* above 0, at most 1, for example --keep 0.9999")
    return value


def main() -> int:
    arguments = parser().parse_args()
    from margin.inspection.reading import RUN_WEIGHTS, read_network

    source = {"the weights": arguments.file, "the run": str(Path(arguments.file) / RUN_WEIGHTS)}
    require_places({"--out": arguments.out, "--certificate": arguments.certificate}, source | read_files(arguments))
    if arguments.out is not None and Path(arguments.out).suffix not in (ARCHIVE, ".safetensors"):
        raise Refused(f"--out {arguments.out!r}: expected a name in .safetensors or {ARCHIVE}")
    task, activation = parsed(arguments)
    from margin.inspection.effective import folded
    from margin.pruning.report import as_json, as_text
    from margin.pruning.steps import prune

    with refusing():
        effective = read_network(arguments.file, task, activation, arguments.map)
        if effective.bias is not None:
            raise ValueError("the neurons have biases, and bits have no constant input to fold them into")
        try:
            pruned = prune(effective.network, arguments.keep, arguments.own, progress=True)
        except ImportError as error:
            raise ValueError(str(error)) from error
    written = []
    content = None
    if arguments.certificate is not None:
        from margin.inspection.certificate import certificate_of

        with refusing("--certificate"):
            few = pruned.network
            content = certificate_of(folded(few.task, few.U, few.W, few.activation), few.task).content
    if arguments.out is not None:
        with refusing("--out"):
            _write(pruned.network, arguments.out)
        written.append(arguments.out)
    if content is not None:
        with refusing("--certificate"):
            from margin.io.files import write_whole

            write_whole(Path(arguments.certificate), content)
        written.append(arguments.certificate)
    if arguments.json:
        answer(as_json(pruned, effective.network, effective.lines, arguments.file, written), [])
    else:
        answer(as_text(pruned, effective.network, effective.lines), written)
    return 0 if pruned.kept else 1


def _write(network: Network, path: str) -> None:
    if Path(path).suffix != ARCHIVE:
        from margin.networks.storage import save

        save(network, path, "pruned")
        return
    import io

    import numpy as np

    from margin.io.files import write_whole

    content = io.BytesIO()
    np.savez(content, U=network.U, W=network.W)
    write_whole(Path(path), content.getbuffer())


if __name__ == "__main__":
    run(PROG, main)
