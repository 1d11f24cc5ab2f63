"""A small certificate of each other kind, made by the project's commands: widths, shared, weights, logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from paper_figures.report.bridge import called

FILE, WEIGHTS = "certificate.json", "net.safetensors"


@dataclass(frozen=True)
class Example:
    """What a certificate is about, and the command lines that make it, the last of which writes FILE."""

    name: str
    about: str
    commands: tuple[tuple[str, str], ...]  # module and arguments

    @property
    def lines(self) -> list[str]:
        """The command lines as they are typed."""
        return [f"python -m {module} {arguments}" for module, arguments in self.commands]


_SAVED = ("margin.predict", f"--p 5 --k 2 --save {WEIGHTS}")
EXAMPLES = (
    Example(
        "width-k3",
        "width, addition of 3 inputs modulo any n",
        (("margin.width", f"--k 3 --certificate {FILE}"),),
    ),
    Example(
        "width-k2-order4",
        "width, addition of 2 inputs, frequencies of order 4",
        (("margin.width", f"--k 2 --order 4 --certificate {FILE}"),),
    ),
    Example(
        "dihedral-k2",
        "width, composition of 2 elements of a dihedral group",
        (("margin.width", f"--k 2 --group D5 --certificate {FILE}"),),
    ),
    Example(
        "shared-mod5",
        "one shared embedding, addition of 2 inputs mod 5",
        (("margin.predict", f"--p 5 --k 2 --shared --certificate {FILE}"),),
    ),
    Example(
        "weights-mod5",
        "the weights of a network, addition of 2 inputs mod 5",
        (_SAVED, ("margin.certify", f"{WEIGHTS} --out {FILE}")),
    ),
    Example(
        "logits-mod5",
        "the logits of the same network",
        (_SAVED, ("margin.certify", f"{WEIGHTS} --out {FILE} --logits")),
    ),
)


def made(examples: Sequence[Example] = EXAMPLES) -> dict[Example, str]:
    """The certificates' texts. Raises ValueError where a command does not end with 0."""
    return {example: _made(example) for example in examples}


def _made(example: Example) -> str:
    with TemporaryDirectory() as folder:
        for module, line in example.commands:
            placed = [str(Path(folder) / word) if word in (FILE, WEIGHTS) else word for word in line.split()]
            code, printed = called(module, placed)
            if code != 0:
                raise ValueError(f"python -m {module} {line}: exit code {code}: {printed[:200]}")
        return (Path(folder) / FILE).read_text("utf-8")
