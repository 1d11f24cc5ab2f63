"""Tables from shards: of small networks trained here, and of planted ones; what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from margin.analysis.cyclic import logits
from margin.analysis.cyclic.network import Network, score
from margin.analysis.cyclic.neurons import combined, fine_tuning
from margin.analysis.cyclic.sets import separation
from margin.io.tables import read_csv
from tests.helpers.command_line import Answer, call, listing
from tests.margin.analysis.cyclic.planted import planted
from training.config import Config
from training.presets import preset
from training.sweeps.parquet import path
from training.sweeps.shard import Shard
from training.sweeps.summary import HISTOGRAM
from training.sweeps.work import work
from training.tables.collection import Collection
from training.tables.make import SWEPT
from training.tables.multiscale import clusters, networks, separations
from training.tables.multiscale.shards import CASE, Case, cases

SMALL = {"task": "mod:7", "width": 6, "dimension": 4, "batch": 7, "train_share": 0.7}
DATE = ("--date", "2026-11-26")
NETWORKS = "multiscale-networks"


def config(**more: Any) -> Config:
    return preset("multiscale-n89-batch").config("smoke").changed(SMALL | more)


def finished(folder: Path, seeds: tuple[int, ...] = (0, 1), weights: bool = True, **more: Any) -> Path:
    """The file of a shard that was worked on here."""
    shard = Shard(config(**more), seeds, weights)
    file = path(folder, shard)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(work(shard.text))
    return file


def tables(*arguments: str) -> Answer:
    return call("tables", *arguments, *DATE, module="training.command")


def key(n: int) -> tuple[str, ...]:
    """The values of CASE of some network mod n."""
    return (str(n), str(n), "128", "32", "20000", "parameters", "0.0001", "2")


class Planted(Case):
    """A case whose networks are given."""

    def __init__(self, *given: Network) -> None:
        lines = {i: {"seed": i, "error": None, "weights": b""} for i in range(len(given))}
        super().__init__(key(given[0].n), config(), lines)
        self.given = given

    def network(self, line: dict[str, Any]) -> tuple[Network, NDArray[np.float64]]:
        network = self.given[line["seed"]]
        return network, network.inputs


def records(table: str, monkeypatch: pytest.MonkeyPatch, *given: Network) -> list[dict[str, Any]]:
    monkeypatch.setattr(clusters, "cases", lambda collection, name: [Planted(*given)])
    return SWEPT[f"multiscale-{table}"](Collection([])).records()


def test_every_table_is_made_from_shards_whatever_of_a_sweep_is_there(tmp_path: Path) -> None:
    finished(tmp_path / "sweep", (0, 1))
    finished(tmp_path / "sweep", (2, 3))
    finished(tmp_path / "sweep", (0,), weights=False, batch=0)
    (tmp_path / "data").mkdir()
    answer = tables("multiscale", "--runs", str(tmp_path), "--out", str(tmp_path / "data"))
    assert (answer.code, answer.err) == (0, "")
    assert listing(tmp_path / "data").keys() == {f"{name}.{end}" for name in SWEPT for end in ("csv", "json")}
    assert "multiscale-example" not in SWEPT  # is of one network of the paper's, which is not here
    origin = json.loads((tmp_path / "data" / "multiscale-networks.json").read_text())
    assert [(run["networks"], run["diverged"], len(run["shards"])) for run in origin["runs"]] == [(1, 0, 1), (4, 0, 2)]
    assert origin["command"] == "python -m training tables multiscale-networks"
    rows = read_csv((tmp_path / "data" / "multiscale-networks.csv").read_text())
    assert [(row["batch"], row["seed"]) for row in rows] == [("0", "0"), *(("7", str(seed)) for seed in range(4))]
    assert [row["fine"] == "" for row in rows] == [True, False, False, False, False]  # no weights, no analysis
    for row in rows:
        assert sum(map(int, row["sizes"].split())) == int(row["live"])
        assert row["fine"] == "" or sum(map(int, row["simples"].split())) == int(row["simple"])
    bins = read_csv((tmp_path / "data" / "multiscale-weights.csv").read_text())
    assert sum(int(row["weights"]) for row in bins if row["batch"] == "7") == 4 * 2 * 7 * 4
    assert len(bins) == 2 * (len(HISTOGRAM) - 1)
    ranks = read_csv((tmp_path / "data" / "multiscale-ranks.csv").read_text())
    assert sum(int(row["together"]) for row in ranks) == 4 * 49


def test_no_shard_is_told_with_the_command_that_makes_some(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    answer = tables("multiscale-ranks", "--runs", str(tmp_path), "--out", str(tmp_path / "data"))
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "python -m training sweep SPEC" in answer.err
    assert listing(tmp_path / "data") == {}


def test_a_shard_under_another_name_is_refused(tmp_path: Path) -> None:
    file = finished(tmp_path)
    file.rename(file.with_name("0123456789abcdef.parquet"))
    with pytest.raises(ValueError, match=f"the shard in it is {file.stem}"):
        cases(Collection([tmp_path]), NETWORKS)


def test_cases_differ_in_nothing_but_what_is_told(tmp_path: Path) -> None:
    finished(tmp_path, (0,))
    finished(tmp_path, (0,), width=5)
    assert [case.key[CASE.index("width")] for case in cases(Collection([tmp_path]), NETWORKS)] == ["5", "6"]
    finished(tmp_path, (1,), lr=0.004)
    with pytest.raises(ValueError, match=r"settings other than those of other networks with n = 7, batch = 7"):
        cases(Collection([tmp_path]), NETWORKS)


def test_networks_that_diverged_are_counted_and_left_out(tmp_path: Path) -> None:
    finished(tmp_path, (0, 1), lr=1e30, evaluate_every=1)
    collection = Collection([tmp_path])
    (case,) = cases(collection, NETWORKS)
    assert case.finished == []
    assert networks.networks(collection).rows == []
    assert (collection.used[0]["diverged"], collection.used[0]["diverged_seeds"]) == (2, "0-1")
    assert (collection.used[0]["networks"], collection.used[0]["seeds"]) == (0, "")
    assert networks.weights(Collection([tmp_path])).rows == []


def test_weights_that_were_not_kept(tmp_path: Path) -> None:
    finished(tmp_path, (4,), weights=False)
    (case,) = cases(Collection([tmp_path]), NETWORKS)
    with pytest.raises(ValueError, match=r"seed 4: no weights in the shard, expected a sweep with weights = true"):
        case.network(case.finished[0])


def test_planted_clusters_in_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    right, turned = planted(23, (3, 5)), planted(23, (3, 5), output_shift=0.5)
    rows = records("clusters", monkeypatch, right, turned)
    assert [(row["seed"], row["frequency"], row["neurons"]) for row in rows] == [
        (0, 3, 36),
        (0, 5, 36),
        (1, 3, 36),
        (1, 5, 36),
    ]
    assert [float(row["first"]) for row in rows] == [1, 1, 0, 0]
    assert all(float(row["shift_error"]) < 0.1 and float(row["turns"]) == 0 for row in rows)  # both move along
    assert all(float(row["spread"]) > 0.99 for row in rows)
    loss = score(right.logits, right.labels)[0]
    assert float(rows[0]["loss"]) == pytest.approx(loss, rel=1e-3)
    assert float(rows[0]["loss_0.1"]) < float(rows[0]["loss_0.5"])
    assert float(rows[0]["loss_without"]) > loss
    ranks = records("ranks", monkeypatch, right, turned)
    assert [(row["rank"], row["alone"], row["together"]) for row in ranks if row["alone"]] == [
        (0, 2 * 529, 529),
        (22, 2 * 529, 529),
    ]


def test_planted_planes_in_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    network = planted(23, (3, 5))
    scaled = type(network)(
        network.inputs * np.repeat([2.0, 1.0], [36, 37]), *(network.bias, network.output), np.zeros(23)
    )
    monkeypatch.setattr(clusters, "COMPONENTS", 4)
    rows = records("pairs", monkeypatch, scaled)
    assert [(row["same"], row["pure"], row["circular"], row["pairs"]) for row in rows] == [(0, 1, 0, 1), (1, 1, 1, 2)]


def test_separations_of_good_sets_and_of_random_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The better of ten random sets stand above most random ones; random ones in the middle."""
    generator = np.random.default_rng(0)
    random = [sorted((generator.permutation(44)[:4] + 1).tolist()) for _ in range(200)]
    better = [max(random[i : i + 10], key=lambda s: separation(89, s)) for i in range(0, 200, 10)]
    for chosen, low, high in ((random, 0.43, 0.57), (better, 0.8, 1.0)):
        lines = {i: {"seed": i, "error": None, "frequencies": s} for i, s in enumerate([*chosen, []])}
        case = Case(key(89), config(), lines)
        monkeypatch.setattr(separations, "cases", lambda collection, name, case=case: [case])
        (row,) = separations.separations(Collection([])).records()
        assert (row["frequencies"], row["networks"]) == (4, len(chosen))  # a network without frequencies has no set
        assert low < float(row["place"]) < high
        assert float(row["learned"]) == pytest.approx(np.mean([separation(89, s) for s in chosen]), rel=1e-3)
        assert float(row["random_above"]) == pytest.approx(0.862, abs=0.01)  # of all 135,751 sets


def test_the_printed_chance_and_an_error_for_one_network() -> None:
    assert separations.printed(89, 4) == pytest.approx(1 - 89 / 4 * (4 * separations.DELTA / (2 * np.pi)) ** 2)
    assert separations.printed(89, 8) > separations.printed(89, 4)
    assert separations.compared(23, 3, np.array([0.5]))[3] == pytest.approx(12**-0.5)


def test_planted_ablation_in_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a part of a cluster it is worse the larger the part; without all of it only the other one is there."""
    network = planted(23, (3, 5))
    rows = records("ablation", monkeypatch, network)
    assert [(row["frequency"], row["neurons"]) for row in rows] == [(3, 36), (5, 36)]
    for row in rows:
        losses = [float(row[f"loss_{part}"]) for part in (0, 25, 50, 75, 100)]
        assert losses == sorted(losses)
        rest = logits.without(network, network.members(int(row["frequency"])))
        assert losses[-1] == pytest.approx(score(rest, network.labels)[0], rel=1e-3)


def test_margins_and_combinations_of_real_networks(tmp_path: Path) -> None:
    finished(tmp_path, (0, 1))
    finished(tmp_path, (2,), weights=False)
    rows = networks.margins(Collection([tmp_path])).records()
    (case,) = cases(Collection([tmp_path]), NETWORKS)
    assert [row["seed"] for row in rows] == [0, 1]  # nothing is known of those without weights
    for row in rows:
        line = case.lines[row["seed"]]
        network, _ = case.network(line)
        every = zip(network.inputs.transpose(2, 0, 1), network.bias, network.output.T, strict=True)
        mass = sum(2 * np.sqrt((u**2).sum() + b**2) * np.linalg.norm(w) for u, b, w in every)
        assert float(row["mass"]) == pytest.approx(mass, rel=1e-4)
        gaps = np.sort(network.logits, 1)[:, -1] - np.sort(network.logits, 1)[:, -2]
        if line["accuracy"] == 1:
            assert float(row["margin"]) == pytest.approx(gaps.min(), abs=0.01)
    for row in networks.fine(Collection([tmp_path])).records():
        fine = case.network(case.lines[row["seed"]])[0].inputs
        assert len(row["combinations"].split()) <= int(fine_tuning(fine).sum())
        assert all(1 <= int(f) <= 3 for part in row["combinations"].split() for f in part.split(","))


def test_planted_combinations() -> None:
    """Two waves of one neuron are its combination, and the shares that count are those of the test for them."""
    turns = 2 * np.pi * np.arange(11) / 11
    neuron = np.cos(2 * turns) + 0.6 * np.cos(5 * turns) + 0.1 * np.cos(3 * turns)
    inputs = np.stack([neuron, np.cos(4 * turns)], 1)[None]
    assert combined(inputs) == [[2, 5], [4]]
    with pytest.raises(ValueError, match=r"inputs of shape \(11, 2\), expected \(k, n, neurons\)"):
        combined(inputs[0])


def test_a_network_in_two_shards_is_the_one_with_weights(tmp_path: Path) -> None:
    finished(tmp_path, (0, 1))
    for seeds in ((0,), (1,), (0, 1)):  # whatever the order of their names
        finished(tmp_path, seeds, weights=False)
    (case,) = cases(Collection([tmp_path]), NETWORKS)
    assert all(line["weights"] is not None for line in case.finished)
