"""What anybody's trained weights have learnt: accuracy, margins, share of gamma*, frequencies, phases, certificate.

python -m margin.inspect net.pt --task mod:59 --k 2
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from margin.inspection.options import ROLES, add_options, parsed, read_files
from margin.io.catalogue import REPORT_WRITER, install_extra
from margin.io.command import Parser, Refused, answer, refusing, require_places, run

if TYPE_CHECKING:
    from margin.inspection.network import Inspection

PROG = "python -m margin.inspect"


class Writer(Protocol):
    """What draws an inspection into a folder; it stands above this package."""

    def write(self, inspection: Inspection, source: str, folder: str) -> list[str]: ...


def parser() -> Parser:
    result = Parser(
        PROG,
        "What a trained network has learnt, from a file of weights as it was saved: a PyTorch state dict (.pt, .pth),"
        " .npz or safetensors, or the folder of a run. The layout is found from the shapes and names, and said; where"
        " two fit, --map chooses.\n" + ROLES,
        "exit codes: 0 inspected, 2 wrong input",
    )
    result.add_argument("file", metavar="FILE")
    add_options(result)
    result.add_argument("--json", action="store_true", help="one JSON object, for programs")
    result.add_argument("--certificate", metavar="FILE.json", help="write a certificate of the margin (on mod:n)")
    result.add_argument("--report", metavar="DIR", help="draw it into a new or empty folder (extra: figures)")
    return result


def main() -> int:
    arguments = parser().parse_args()
    from margin.inspection.reading import RUN_WEIGHTS

    weights = {"the weights": arguments.file, "the run": str(Path(arguments.file) / RUN_WEIGHTS)}
    require_places({"--certificate": arguments.certificate}, weights | read_files(arguments))
    writer = None if arguments.report is None else _writer(arguments.report, arguments.certificate)
    task, activation = parsed(arguments)
    from margin.inspection.network import inspect_file
    from margin.inspection.report import as_json, as_text

    with refusing():
        inspection = inspect_file(arguments.file, task, activation, arguments.map, progress=True)
    content = certificate = None
    if arguments.certificate is not None:
        content, certificate = _certified(inspection, arguments.certificate)
    written = []
    if writer is not None:
        with refusing("--report"):
            written = [
                f"{arguments.report}/{name}" for name in writer.write(inspection, arguments.file, arguments.report)
            ]
    if content is not None:
        with refusing("--certificate"):
            from margin.io.files import write_whole

            write_whole(Path(arguments.certificate), content)
    if arguments.json:
        answer(as_json(inspection, arguments.file, certificate), [])
        return 0
    answer(
        as_text(inspection) + ("" if certificate is None else f"\n{'certificate':<16}{certificate['claim']}"), written
    )
    return 0


def _writer(folder: str, certificate: str | None) -> Writer:
    """What draws, where it is installed. Raises Refused where it is not, and for a folder that cannot be made."""
    from margin.io.files import require_new_folder

    with refusing("--report"):
        require_new_folder(Path(folder))
        if certificate is not None and os.path.realpath(folder) in (
            os.path.realpath(certificate),
            os.path.dirname(os.path.realpath(certificate)),
        ):
            raise ValueError(f"{folder!r} is also the place of --certificate, expected a folder of its own")
    package = REPORT_WRITER.partition(".")[0]
    if find_spec(package) is None:
        raise Refused(f"--report: the package {package} is not installed beside margin; {install_extra(None)}")
    return cast(Writer, import_module(REPORT_WRITER))


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
