"""The small tables that `python -m paper_figures` reads, from finished runs and from the project's own surveys.

python -m benchmarks.figure_data [TABLE...] --runs DIR [DIR...] --date 2026-11-21

Each table NAME.csv gets NAME.json beside it: date, command, versions, and the hash and settings of every run in it. The
runs are made by `python -m benchmarks.figure_runs`; a run that is missing is named.
"""

from __future__ import annotations

import csv
import io
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from benchmarks.figure_runs import TABLES as RUNS
from benchmarks.figure_runs import Source
from margin.io.command import Parser, Refused, refusing, say
from margin.io.command import run as run_command
from margin.io.files import write_whole
from paper_figures.agreement import inserted
from training import runs
from training.config import Config
from training.loop import initial_weights
from training.observables import LIVE
from training.presets import preset
from training.tasks import problem

PROG = "python -m benchmarks.figure_data"
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "paper_figures" / "data"
RECORDS = 100  # of a trajectory, evenly, both ends kept
NEURONS = 10  # shown in a figure
Array = NDArray[np.float64]


@dataclass
class Collection:
    """Where runs may lie, and which were used so far."""

    folders: list[Path]
    used: list[dict[str, Any]] = field(default_factory=list)

    def find(self, source: Source, config: Config) -> Path | None:
        """The folder of a run under any of the folders, finished or not."""
        return next((f / config.digest() for f in self.folders if (f / config.digest()).is_dir()), None)

    def finished(self, source: Source) -> Iterable[tuple[Config, Path]]:
        """Finished runs of a source, all its seeds. Raises FileNotFoundError naming the first that is missing."""
        for config in source.configs():
            folder = self.find(source, config)
            if folder is None or not runs.is_finished(folder):
                raise FileNotFoundError(
                    f"no finished run {config.digest()} ({source.preset}, seed {config.seed}) under"
                    f" {', '.join(map(str, self.folders))}; make it with `python -m benchmarks.figure_runs`"
                )
            self.use(source, config, folder)
            yield config, folder

    def use(self, source: Source, config: Config, folder: Path) -> None:
        base = asdict(preset(source.preset).config(source.scale))
        changed = {name: value for name, value in asdict(config).items() if value != base[name]}
        origin = runs.read_json(folder / runs.PROVENANCE)
        entry: dict[str, Any] = {"run": folder.name, "preset": source.preset, "scale": source.scale, "changed": changed}
        entry |= {"versions": origin["versions"], "finished": runs.is_finished(folder)}
        if entry not in self.used:
            self.used.append(entry)


Rows = list[Sequence[Any]]
Table = tuple[Sequence[str], Rows]


def number(value: float | None, digits: int = 7) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def named(source: Source, config: Config) -> str:
    """The name of a recipe in the tables: the preset's, with the modulus where that is changed."""
    changed = source.settings.get("task")
    return f"{source.preset}:{changed.partition(':')[2]}" if changed else source.preset


def curves(found: Collection) -> Table:
    """Normalised margin and share of gamma* against steps."""
    rows: Rows = []
    for source in _trajectories(found):
        for config, folder in found.finished(source):
            for record in runs.thinned(runs.read_trajectory(folder), RECORDS):
                values = number(record["normalised_margin"]), number(record["ratio"])
                rows.append((named(source, config), config.seed, record["step"], *values))
    return ("recipe", "seed", "step", "normalised_margin", "ratio"), rows


def _trajectories(found: Collection) -> list[Source]:
    """Recipes, gradient descent, and what has finished of the paper-scale runs."""
    paper = [s for s in RUNS["paper-scale"] if s.preset.startswith("morwani")]
    done = [s for s in paper if all((f := found.find(s, c)) and runs.is_finished(f) for c in s.configs())]
    return [*RUNS["curves"], *RUNS["gradient-descent"], *done]


def final(found: Collection) -> Table:
    """Where runs ended: steps, share of gamma*, and neurons and shares of mass by frequency or representation."""
    rows: Rows = []
    for source in _trajectories(found):
        for config, folder in found.finished(source):
            result = runs.read_json(folder / runs.RESULT)
            lists = (" ".join(map(str, result[name])) for name in ("neurons", "shares"))
            values = result["step"], number(result["ratio"], 9), result["live"], number(result["power_min"], 9)
            task = (config.task, config.k, config.activation, config.width)
            rows.append((named(source, config), *task, config.seed, folder.name, *values, *lists))
    head = ("recipe", "task", "k", "activation", "width", "seed", "run")
    return (*head, "steps", "ratio", "live", "least_power", "neurons", "shares"), rows


def moduli(found: Collection) -> Table:
    """Margins reached for every n at k = 2."""
    rows: Rows = []
    for source in RUNS["moduli"]:
        for config, folder in found.finished(source):
            result = runs.read_json(folder / runs.RESULT)
            n = int(config.task.partition(":")[2])
            values = number(result["normalised_margin"], 10), number(result["ratio"], 9)
            rows.append((n, config.k, config.seed, folder.name, config.width, result["step"], *values))
    return ("n", "k", "seed", "run", "width", "steps", "normalised_margin", "ratio"), rows


def strengths(found: Collection) -> Table:
    """What cross-entropy + lambda ||theta||^3 converged to, against lambda."""
    rows: Rows = []
    for source in RUNS["strengths"]:
        for config, folder in found.finished(source):
            result = runs.read_json(folder / runs.RESULT)
            gamma = float(result["gamma"])
            strength = config.strength * (gamma if config.strength_unit == "gamma" else 1.0)
            n = int(config.task.partition(":")[2])
            values = (number(result[name]) for name in ("margin", "norm", "ratio"))
            rows.append((n, config.k, config.seed, folder.name, result["step"], number(strength, 10), *values))
    return ("n", "k", "seed", "run", "steps", "strength", "margin", "norm", "ratio"), rows


def weights(path: Path) -> tuple[Array, Array]:
    """U (k, n, m), or (n, m) for parity, and W."""
    tensors = load_file(path)
    return tensors["U"], tensors["W"]


def live(U: Array, W: Array, degree: int) -> NDArray[np.int64]:
    """Numbers of the neurons that have not died out, in order."""
    squared = (U**2).sum((0, 1)) + (W**2).sum(1)
    mass = squared ** (degree / 2)
    return np.flatnonzero(mass > LIVE * mass.max())


EMBEDDINGS = {  # name: table of runs, preset
    "mod71": ("paper-scale", "morwani-mod71"),
    "mod71-relu": ("paper-scale", "morwani-mod71-relu"),
    "mod23": ("gradient-descent", "morwani-mod71"),
    "mod23-relu": ("gradient-descent", "morwani-mod71-relu"),
}


def embedding(name: str) -> Callable[[Collection], Table]:
    """First input's weights of the first ten neurons alive at the end, at every kept step."""
    table, preset_name = EMBEDDINGS[name]
    (source,) = [s for s in RUNS[table] if s.preset == preset_name]

    def collect(found: Collection) -> Table:
        (config,) = source.configs()
        folder = found.find(source, config)
        kept = {} if folder is None else {s: folder / runs.snapshot(s) for s in range(config.steps + 1)}
        kept = {step: path for step, path in kept.items() if path.is_file()}
        if folder is None or not kept:
            raise FileNotFoundError(
                f"embedding-{name}: no weights of run {config.digest()} under {', '.join(map(str, found.folders))};"
                f" make them with `python -m benchmarks.figure_runs {table}`"
            )
        found.use(source, config, folder)
        degree = problem(config.task, config.k, config.activation).degree
        chosen = live(*weights(kept[max(kept)]), degree)[:NEURONS]
        rows: Rows = []
        for step, path in kept.items():
            U, _ = weights(path)
            rows += [(step, int(i), *(number(x, 4) for x in U[0, :, i])) for i in chosen]
        return ("step", "neuron", *(f"u{a}" for a in range(U.shape[1]))), rows

    return collect


MOST = 0.99  # of the mass, held by the neurons that are shown
LEAST_STEPS = 2000  # of an unfinished run of Li et al. that is worth showing


@dataclass(frozen=True)
class Kept:
    """Weights of the largest run of Li et al.'s MLP with k inputs, and what is known of it at that step."""

    source: Source
    config: Config
    step: int
    U: Array
    W: Array
    record: dict[str, Any]

    @property
    def masses(self) -> Array:
        """Share of each neuron in the mass."""
        squared = (self.U**2).sum((0, 1)) + (self.W**2).sum(1)
        mass: Array = squared ** ((self.config.k + 1) / 2)
        return mass / mass.sum()

    @classmethod
    def largest(cls, found: Collection, k: int) -> Kept:
        """At the printed size if that run is finished or far enough, else smaller. Raises FileNotFoundError."""
        for source in (s for s in (*RUNS["paper-scale"], *RUNS["li"]) if s.preset.startswith(f"li-k{k}-")):
            (config,) = source.configs()
            folder = found.find(source, config)
            if folder is None:
                continue
            kept = {step: folder / runs.snapshot(step) for step in source.snapshots}
            kept = {step: path for step, path in kept.items() if step >= LEAST_STEPS and path.is_file()}
            if runs.is_finished(folder):
                kept = {config.steps: folder / runs.WEIGHTS}
            if kept:
                found.use(source, config, folder)
                records = [r for r in runs.read_trajectory(folder) if r["step"] <= max(kept)]
                return cls(source, config, max(kept), *weights(kept[max(kept)]), records[-1] if records else {})
        raise FileNotFoundError(f"no run of li-k{k}; make it with `python -m benchmarks.figure_runs li`")


def li_spectra(found: Collection, k: int) -> Table:
    """Frequency of largest power of each neuron's u_1, its share of the power, and the share before training."""
    run = Kept.largest(found, k)
    task = problem(run.config.task, k, run.config.activation)
    first, _ = initial_weights(run.config, task, torch.Generator().manual_seed(run.config.seed))
    before, now = (power(x[0]) for x in (first.double().numpy(), run.U))
    rows: Rows = [
        (i, number(mass, 4), int(now[:, i].argmax() + 1), number(now[:, i].max(), 6), number(before[:, i].max(), 6))
        for i, mass in enumerate(run.masses)
    ]
    return ("neuron", "mass", "frequency", "share", "share_before"), rows


def heavy(masses: Array) -> NDArray[np.int64]:
    """Numbers, in order, of the fewest neurons that hold MOST of the mass together."""
    order = np.argsort(-masses, kind="stable")
    count = int(np.searchsorted(np.cumsum(masses[order]), MOST)) + 1
    return np.sort(order[:count])


def li_neurons(found: Collection, k: int) -> Table:
    """u_1 and w of the first neurons that hold most of the mass, with the run's size and what it reached."""
    run = Kept.largest(found, k)
    reached = (number(run.record.get(name), 5) for name in ("step", "ratio", "train_accuracy", "test_accuracy"))
    about = (k, run.U.shape[1], run.config.width, run.step, *reached)
    rows: Rows = []
    for i in heavy(run.masses)[:NEURONS]:
        for name, vector in (("u1", run.U[0, :, i]), ("w", run.W[i])):
            rows.append((*about, int(i), name, " ".join(number(x, 4) for x in vector)))
    head = ("k", "p", "width", "steps", "measured_at", "ratio", "train_accuracy", "test_accuracy")
    return (*head, "neuron", "vector", "values"), rows


def power(vectors: Array) -> Array:
    """Share of the power at each frequency 1..n//2 of real vectors (n, m), the mean left out; shape (n//2, m)."""
    n = len(vectors)
    spectrum = np.abs(np.fft.rfft(vectors, axis=0)[1:]) ** 2
    spectrum[: (n - 1) // 2] *= 2
    return spectrum / np.maximum(spectrum.sum(0), np.finfo(np.float64).tiny)


def parity(found: Collection) -> Table:
    """Weights of live neurons: ten bits, then w."""
    rows: Rows = []
    (source,) = [s for s in RUNS["curves"] if s.preset == "parity"]
    for config, folder in found.finished(source):
        U, W = weights(folder / runs.WEIGHTS)
        squared = (U**2).sum(0) + (W**2).sum(1)
        mass = squared ** ((config.k + 1) / 2)
        for i in np.flatnonzero(mass > LIVE * mass.max()):
            values = (number(x, 6) for x in (*U[:, i], *W[i]))
            rows.append((config.seed, int(i), number(mass[i] / mass.sum(), 6), *values))
    return ("seed", "neuron", "share", *(f"u{j}" for j in range(len(U))), "w0", "w1"), rows


def seconds(found: Collection) -> Table:
    """Processor seconds of the recipes, from docs/data/training/recipes.csv."""
    with (ROOT / "docs/data/training/recipes.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = ("preset", "run", "seed", "steps", "ratio", "processor_seconds")
    return columns, [[row[c] for c in columns] for row in rows]


def representations(found: Collection) -> Table:
    """How many representations are always, optionally, never used; from margin/data/surveys/groups.csv."""
    counts: dict[tuple[str, int, int], list[int]] = {}
    with (ROOT / "margin/data/surveys/groups.csv").open() as file:
        for row in csv.DictReader(file):
            cell = counts.setdefault((row["group"], int(row["order"]), int(row["k"])), [0, 0, 0])
            cell[("always", "optional", "never").index(row["used"])] += 1
    return ("group", "order", "k", "always", "optional", "never"), [(*key, *cell) for key, cell in counts.items()]


TASKS = {  # recipe: its arguments of `python -m margin.predict`
    "mod23": ("--p", "23", "--k", "2"),
    "mod71": ("--p", "71", "--k", "2"),
    "k3-n13": ("--p", "13", "--k", "3"),
    "k3-n23": ("--p", "23", "--k", "3"),
    "even30": ("--p", "30", "--k", "2"),
    "even32": ("--p", "32", "--k", "2"),
    "s3": ("--group", "S3", "--k", "2"),
    "s4": ("--group", "S4", "--k", "2"),
    "dic3-k3": ("--group", "Dic3", "--k", "3"),
    "parity": ("--parity", "10,4"),
}


def agreement(found: Collection) -> Table:
    """Prediction, construction (every logit evaluated), certificate and training of the same tasks."""
    with (ROOT / "docs/data/training/recipes.csv").open() as file:
        trained = list(csv.DictReader(file))
    rows: Rows = []
    for recipe, task in TASKS.items():
        with TemporaryDirectory() as folder:
            certificate = Path(folder) / "certificate.json"
            predicted = _command("margin.predict", *task, "--check", "slow", "--json", "--certificate", certificate)
            answer = json.loads(predicted)
            verdict = _command("proofs_check", "verify", "--both", certificate).split()[0]
            size = certificate.stat().st_size
        ratios = [float(row["ratio"]) for row in trained if row["preset"] == recipe]
        margin, check = answer["margin"], answer["check"]
        values = margin["exact"], repr(margin["float"]), answer["width"]["constructed"], check["method"]
        rows.append((recipe, *values, check["passed"], size, verdict, number(min(ratios), 9), len(ratios)))
    head = ("recipe", "exact", "margin", "width", "check", "passed", "certificate_bytes", "verdict")
    return (*head, "least_trained_ratio", "seeds"), rows


def write_readme() -> None:
    """Put the agreement table into the README."""
    path = ROOT / "README.md"
    write_whole(path, inserted(path.read_text("utf-8")).encode())


def _command(module: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


TABLES: dict[str, Callable[[Collection], Table]] = {
    "curves": curves,
    "final": final,
    "moduli": moduli,
    "strengths": strengths,
    **{f"embedding-{name}": embedding(name) for name in EMBEDDINGS},
    **{f"li-spectra-k{k}": partial(li_spectra, k=k) for k in (3, 4, 5)},
    **{f"li-neurons-k{k}": partial(li_neurons, k=k) for k in (3, 4, 5)},
    "parity": parity,
    "seconds": seconds,
    "representations": representations,
    "agreement": agreement,
}


def write(name: str, folders: list[Path], date: str) -> str:
    """One table and its provenance; returns a line on it."""
    found = Collection(folders)
    head, rows = TABLES[name](found)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    provenance = {
        "table": f"{name}.csv",
        "date": date,
        "command": f"python -m benchmarks.figure_data {name}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__},
        "runs": found.used,
    }
    write_whole(DATA / f"{name}.csv", text.getvalue().encode())
    write_whole(DATA / f"{name}.json", json.dumps(provenance, indent=1, sort_keys=True).encode() + b"\n")
    return f"{name}: {len(rows)} rows, {len(text.getvalue())} bytes, {len(found.used)} runs"


def main() -> int:
    parser = Parser(PROG, "Makes the tables of the figures from finished runs.", "exit codes: 0 done, 2 wrong input")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; default: all")
    parser.add_argument("--runs", nargs="+", default=["runs"], metavar="DIR", help="folders of runs; default: runs")
    parser.add_argument("--date", required=True, help="of the runs")
    arguments = parser.parse_args()
    for name in arguments.tables or TABLES:
        if name not in TABLES:
            raise Refused(f"unknown table {name!r}, expected some of {', '.join(TABLES)}")
        with refusing(name):
            say(write(name, list(map(Path, arguments.runs)), arguments.date))
            if name == "agreement":
                write_readme()
    return 0


if __name__ == "__main__":
    run_command(PROG, main)
