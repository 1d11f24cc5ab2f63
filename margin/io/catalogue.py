"""The one list of the project's commands: for `algebraic-margin`, and for the examples in each --help.

Modules stand here by name, as data: the commands themselves stand above everything, this list below.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".g")  # of files with a Cayley table, where a group is named


@dataclass(frozen=True)
class Command:
    """A command: `algebraic-margin NAME`, or `python -m MODULE` with the words that come first there.

    `examples` are arguments after either; `extra` is what to install beside the plain package, if anything.
    """

    name: str
    module: str
    summary: str
    examples: tuple[str, ...]
    first: tuple[str, ...] = ()
    extra: str | None = None

    @property
    def prog(self) -> str:
        """How the command is called without the entry point."""
        return " ".join(("python -m", self.module, *self.first))


COMMANDS = (
    Command(
        "predict",
        "margin.predict",
        "gamma* of a task, exactly; a network that reaches it; a check",
        (
            "--p 23 --k 3",
            "--group S5 --k 3 --json",
            "--group S5 --k 3 --vipr S5.vipr",
            "--parity 10,4 --certificate c.json",
            "--p 7 --k 2 --shared",
        ),
    ),
    Command(
        "width",
        "margin.width",
        "the fewest neurons at a frequency or of a group, with proof",
        ("--k 4", "--k 5 --certificate w.json", "--k 2 --order 4", "--k 2 --group Q8"),
    ),
    Command(
        "solve",
        "margin.solve",
        "maximum margin of any data set, no theory assumed",
        ("--p 5 --k 2", "--table square.csv", "--data points.csv --real --degree 3"),
        extra="solve",
    ),
    Command(
        "certify",
        "margin.certify",
        "a certificate of the margin that given weights have",
        ("weights.safetensors --out c.json", "weights.safetensors --out c.json --logits"),
    ),
    Command(
        "inspect",
        "margin.inspect",
        "what your own trained weights have learnt, and their margin",
        (
            "net.pt --task mod:59 --k 2",
            "w.npz --task group:S3 --k 2 --json",
            "net.pt --task mod:17 --k 2 --activation relu",
            "net.pt --task mod:59 --k 2 --report seen",
        ),
    ),
    Command(
        "prune",
        "margin.prune",
        "few neurons that keep the margin of a trained network",
        (
            "net.pt --task mod:59 --k 2 --out few.npz",
            "runs/mod23-seed0-7790da65 --out few.safetensors",
            "net.npz --task mod:23 --k 2 --own --json",
        ),
        extra="solve",
    ),
    Command(
        "verify",
        "proofs_check",
        "check certificates",
        ("c.json", "--both c.json d.json"),
        first=("verify",),
    ),
    Command(
        "claims",
        "proofs_check",
        "check the papers' claims",
        ("", "A3", "--effort full --json"),
    ),
    Command(
        "train",
        "training",
        "train from random weights and compare with gamma*",
        (
            "list",
            "run mod23 --set width=512",
            "compare runs/*",
            "experiments curves",
            "tables --date 2026-11-21",
            "sweep study.toml --workers 2",
        ),
        extra="train",
    ),
    Command(
        "figures",
        "paper_figures",
        "draw the figures",
        ("list", "margin-mod23 --format svg", "all --out figures", "report --out report"),
        extra="figures",
    ),
    Command(
        "plot",
        "paper_figures.own",
        "pictures of your own run, weights or margins",
        ("net.pt --task mod:59 --k 2", "runs/mod23-seed0-7790da65 --format svg,pdf", "margins.csv --out margins"),
        extra="figures",
    ),
    Command(
        "survey",
        "margin.survey",
        "tables over many groups, data sets and representations",
        (
            "groups --group S5 --k 3 --out s.csv",
            "solver latin --out tables",
            "widths --out tables",
            "quadratic --out tables",
            "shared --n 7 --k 2",
            "draws --table thresholds --n 7 --out t.csv",
        ),
    ),
    Command(
        "group",
        "margin.group",
        "order, classes and real characters of a finite group",
        ("S3", "Q8 --json", "A5 --csv"),
    ),
    Command(
        "selftest",
        "margin.selftest",
        "a short test of the installation",
        ("",),
    ),
)
TORCH_READER = "training.inspection.files"  # reads .pt and .pth: `read(path)`, numpy arrays by name
REPORT_WRITER = "paper_figures.own.report"  # draws an inspection: `write(inspection, source, folder)`, names of files
# packages that a command may miss: the extra that brings each; None for those that come with the plain package
EXTRAS: dict[str, str | None] = {
    **dict.fromkeys(("numpy", "sympy", "safetensors", "tqdm")),
    "torch": "train",
    "pyarrow": "train",
    "distributed": "sweep",
    "matplotlib": "figures",
    "PIL": "figures",
    "markdown_it": "figures",
    "flint": "recheck",
    "cvxpy": "solve",
    "scipy": "solve",
}


def examples(prog: str) -> list[str]:
    """Command lines to show in the --help of a command; none for a program that is not in the list."""
    return [
        " ".join((command.prog, *arguments.split()))
        for command in COMMANDS
        for arguments in command.examples
        if command.prog == prog
    ]


def install(package: str) -> str:
    """What to type for a package that is missing. Raises KeyError for one that no command needs."""
    return install_extra(EXTRAS[package])


def install_extra(extra: str | None) -> str:
    """What to type for an extra, or for the plain package: the project is installed from a checkout, no index has it.

    >>> print(install_extra("train"))
    in a checkout of the project: pip install -c constraints.txt '.[train]'
    """
    what = "." if extra is None else f"'.[{extra}]'"
    return f"in a checkout of the project: pip install -c constraints.txt {what}"
