"""The command: list, run, resume, compare, experiments, tables, sweep."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from time import sleep

from margin.io.catalogue import install
from margin.io.command import Parser, Refused, complain, date, integer, refusing, say
from training.config import Config, parse
from training.presets import PRESETS, SCALES, preset

PROG = "python -m training"
COMMANDS = "list, run PRESET, resume DIR, compare DIR..., experiments [NAME...], tables [NAME...], sweep SPEC"
PATIENCE = 10.0  # seconds
RUN = ("device", "dtype", "seed", "out", "set", "scale", "snapshots")
SWEEP = ("out", "executor", "scheduler", "workers", "device", "shard")
OPTIONS = {"run": RUN, "experiments": ("out",), "tables": ("out", "runs", "date", "earlier"), "sweep": SWEEP}


def parser() -> Parser:
    result = Parser(
        PROG,
        f"Trains from random weights and measures the normalised margin against gamma*. Commands: {COMMANDS}.",
        "exit codes: 0 done, 1 a run meant to reach a share of gamma* ended below it or a shard failed, 2 wrong input",
    )
    result.add_argument("command", choices=("list", "run", "resume", "compare", "experiments", "tables", "sweep"))
    result.add_argument("names", nargs="*", metavar="PRESET, DIR, NAME or SPEC")
    result.add_argument("--device", help="default: cpu")
    result.add_argument("--dtype", choices=("float32", "float64"), help="of the weights; margins are float64 always")
    result.add_argument("--seed", help="integer >= 0, default 0")
    result.add_argument("--out", help="folder of the runs' folders (default: runs), of the tables (training/data)")
    result.add_argument("--set", action="append", default=[], metavar="key=value", help="any setting; may be repeated")
    result.add_argument("--scale", choices=SCALES, help="default: default")
    result.add_argument("--snapshots", type=_steps, default=(), metavar="STEP,...", help="keep the weights after these")
    result.add_argument("--runs", nargs="+", metavar="DIR", help="folders of the runs behind tables; default: runs")
    result.add_argument("--date", type=date, help="of the runs behind tables, such as 2026-11-21")
    result.add_argument(
        "--earlier", metavar="DIR", help="tables of sweeps or widths to whose runs those of --runs are added"
    )
    result.add_argument("--executor", choices=("local", "dask"), help="of a sweep; default: local, processes here")
    result.add_argument("--scheduler", metavar="ADDRESS", help="of Dask, such as tcp://127.0.0.1:8786")
    result.add_argument("--workers", type=integer("--workers", 1, "2"), help="processes of a local sweep; default: 1")
    result.add_argument(
        "--shard", type=integer("--shard", 1, "1000"), help="networks of a sweep trained together; default: as in SPEC"
    )
    return result


def _steps(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected steps such as 0,1000,5000")
    return tuple(map(int, parts))


def main() -> int:
    arguments = parser().parse_args()
    name, given = arguments.command, arguments.names
    every = sorted({option for options in OPTIONS.values() for option in options})
    used = [option for option in every if getattr(arguments, option) and option not in OPTIONS.get(name, ())]
    if used:
        owners = [command for command, options in OPTIONS.items() if set(used) & set(options)]
        shown = ", ".join(f"--{option}" for option in used)
        raise Refused(f"{name} takes no {shown}; these belong to {' and '.join(owners)}")
    if name == "list":
        if given:
            raise Refused(f"list takes no names, got {' '.join(given)}")
        return _list()
    if name in ("experiments", "tables"):
        return _experiments(given, arguments.out) if name == "experiments" else _tables(given, arguments)
    if name == "sweep":
        return _sweep(given, arguments)
    if not given or (name != "compare" and len(given) > 1):
        expected = {"run": "one preset (see list)", "resume": "one run's folder", "compare": "runs' folders"}[name]
        raise Refused(f"{name}: got {len(given)} names, expected {expected}")
    _require_torch()
    if name in ("run", "resume") and _follows():
        return _follow(name, given[0], arguments)
    if name == "compare":
        from training.compare import compare, table

        with refusing("compare"):
            rows = compare(map(Path, given))
        say(table(rows))
        return 0
    if name == "resume":
        from training.runs import read_config

        folder = Path(given[0])
        with refusing("resume"):
            config = read_config(folder)
        return _train(config, folder, ())
    from training.runs import open_run

    with refusing("run"):
        chosen, scale = preset(given[0]), arguments.scale or "default"
        config = _config(chosen.config(scale), arguments)
        choices = chosen.choices_at(scale)
        _refuse(config, arguments.snapshots)
        provenance = {"preset": chosen.name, "scale": scale, "choices": list(choices)}
        folder = open_run(Path(arguments.out or "runs"), config, provenance)
    return _train(config, folder, choices, arguments.snapshots)


def _follows() -> bool:
    """Whether torchrun has started this process beside the one that measures, writes and speaks."""
    from training.sharding.processes import rank

    return rank() > 0


def _follow(name: str, given: str, arguments: argparse.Namespace) -> int:
    """A run's steps together with the first process, silently: what is refused, that one says."""
    from training import runs
    from training.loop import follow
    from training.sharding.processes import Processes

    try:
        if name == "resume":
            folder = Path(given)
            config = runs.read_config(folder)
            with Processes(config.execution.device) as processes:
                follow(config, lambda: folder, processes)
            return 0
        config = _config(preset(given).config(arguments.scale or "default"), arguments)
        _refuse(config, arguments.snapshots)
        with Processes(config.execution.device) as processes:
            follow(config, lambda: runs.find(Path(arguments.out or "runs"), config), processes)
    except (ValueError, OSError, MemoryError, OverflowError):
        sleep(PATIENCE)  # torchrun ends all processes with the first that fails, which should be the one that speaks
        return 2
    return 0


def _list() -> int:
    width = max(map(len, PRESETS))
    for known in PRESETS.values():
        say(f"{known.name:<{width}}  {known.summary}")
    return 0


def _experiments(names: list[str], out: str | None) -> int:
    _require_torch()
    from training.experiments import run_all

    with refusing("experiments"):
        for line in run_all(names, Path(out or "runs")):
            say(line)
    return 0


def _tables(names: list[str], arguments: argparse.Namespace) -> int:
    if not arguments.date:
        raise Refused("tables needs --date, when the runs were made, for example --date 2026-11-21")
    _require_torch()
    from training.tables.files import data
    from training.tables.make import make, require_known

    out = Path(arguments.out) if arguments.out else data()
    with refusing("tables"):
        require_known(names)
    earlier = Path(arguments.earlier) if arguments.earlier else None
    if earlier is not None and not earlier.is_dir():
        raise Refused(f"--earlier {earlier}: no such folder, expected one of tables, such as training/data")
    for name, write in make(names, list(map(Path, arguments.runs or ["runs"])), arguments.date, out, earlier):
        with refusing(name):
            say(write())
    return 0


def _sweep(names: list[str], arguments: argparse.Namespace) -> int:
    if len(names) != 1:
        raise Refused(f"sweep: got {len(names)} names, expected one file, such as study.toml")
    dask = arguments.executor == "dask"
    if dask and not arguments.scheduler:
        raise Refused("--executor dask needs --scheduler, the address of one, such as tcp://127.0.0.1:8786")
    if dask and arguments.workers:
        raise Refused(f"--workers {arguments.workers} with --executor dask: the scheduler has its own workers")
    if not dask and arguments.scheduler:
        raise Refused(f"--scheduler {arguments.scheduler} needs --executor dask")
    _require_torch()
    from training.sweeps import cluster, local, spec
    from training.sweeps.sweep import sweep

    with refusing(names[0]):
        shards = spec.read(Path(names[0])).on(arguments.device, arguments.shard).shards()
    workers = arguments.workers or 1
    executor = cluster.Cluster(arguments.scheduler) if dask else local.Processes(workers) if workers > 1 else local.here
    with refusing("sweep"):
        progress = sweep(
            shards,
            Path(arguments.out or "sweeps") / Path(names[0]).stem,
            executor,
            _notice,
            _show,
        )
    say(progress.table())
    return 1 if progress.failed else 0


def _show(table: str) -> None:
    sys.stderr.write(f"{table}\n")
    sys.stderr.flush()


def _notice(text: str) -> None:
    complain(PROG, text)


def _require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        raise Refused(f"training needs torch; {install('torch')}") from None


def _config(config: Config, arguments: argparse.Namespace) -> Config:
    changes = dict(parse(assignment) for assignment in arguments.set)
    for name in ("device", "dtype", "seed"):
        value = getattr(arguments, name)
        if value is not None:
            changes |= [parse(f"{name}={value}")]
    return config.changed(changes)


def _refuse(config: Config, snapshots: tuple[int, ...]) -> None:
    """Refuse what cannot run before a folder is made."""
    from training.compare import prediction
    from training.limits import refuse

    refuse(config, snapshots)
    prediction(config)


def _print(lines: list[tuple[str, str]]) -> None:
    say(*(f"{name:<11}{text}" for name, text in lines))


def _train(config: Config, folder: Path, choices: tuple[str, ...], snapshots: tuple[int, ...] = ()) -> int:
    from training.compare import comparison, out_of_reach, prediction, result_lines, table
    from training.loop import train
    from training.runs import is_finished
    from training.sharding.processes import Processes, launched

    done = is_finished(folder)
    with refusing(str(folder)):
        lines, collapses = prediction(config)
        hint = out_of_reach(config)
    lines = [*lines, ("folder", f"{folder}{' (finished before)' if done else ''}")]
    _print([*lines, *(("chosen" if not i else "", text) for i, text in enumerate(choices))])
    if collapses:
        complain(PROG, "warning: lambda >= lambda_c, all weights will collapse to zero")
    elif hint:
        complain(PROG, f"warning: {hint}")
    with refusing(str(folder)):
        try:
            with Processes(config.execution.device) if launched() else nullcontext() as processes:
                result = train(config, folder, progress=True, snapshots=snapshots, processes=processes)
        except FloatingPointError as error:
            raise ValueError(str(error)) from error
        row = comparison(folder)
    _print(result_lines(result))
    say(table([row]))
    return 0 if config.measuring.stop_ratio is None or result["stopped"] else 1
