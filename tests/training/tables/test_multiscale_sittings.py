"""Tables of sweeps that grow from sitting to sitting: the same as made at once; what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.command_line import listing
from tests.training.tables.test_multiscale import config, finished, tables
from training.tables.collection import Collection
from training.tables.make import SWEPT
from training.tables.multiscale import clusters, earlier, example
from training.tables.multiscale.shards import CASE


def made(folder: Path, *runs: Path, before: Path | None = None) -> dict[str, bytes]:
    """The tables of these shards, with those before."""
    folder.mkdir()
    more = [] if before is None else ["--earlier", str(before)]
    answer = tables("multiscale", "--runs", *map(str, runs), "--out", str(folder), *more)
    assert (answer.code, answer.err) == (0, "")
    return {name: (folder / name).read_bytes() for name in listing(folder)}


def test_sittings_add_up_to_what_is_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of one case in two sittings, another case in the first or in the second alone, one seed in both."""
    monkeypatch.setattr(clusters, "STUDIED", 3)
    monkeypatch.setattr(clusters, "ABLATED", 2)
    first, second = tmp_path / "first", tmp_path / "second"
    finished(first, (0, 1))
    finished(first, (0,), width=5)
    finished(second, (2, 3))
    finished(second, (1,), weights=False)
    finished(second, (0, 1), norm="neurons")
    whole = made(tmp_path / "whole", first, second)
    made(tmp_path / "before", first)
    grown = made(tmp_path / "after", second, before=tmp_path / "before")
    again = made(tmp_path / "again", first, second, before=tmp_path / "after")  # nothing counts twice
    for name in SWEPT:
        assert grown[f"{name}.csv"] == whole[f"{name}.csv"], name
        assert again[f"{name}.csv"] == whole[f"{name}.csv"], name
    assert grown["multiscale-networks.csv"] != (tmp_path / "before" / "multiscale-networks.csv").read_bytes()
    for name in SWEPT:
        runs = json.loads(grown[f"{name}.json"])["runs"]
        at_once = json.loads(whole[f"{name}.json"])["runs"]
        assert [(run["config"], run["seeds"], run["networks"]) for run in runs] == [
            (run["config"], run["seeds"], run["networks"]) for run in at_once
        ]
    runs = json.loads(grown["multiscale-networks.json"])["runs"]
    (run,) = [run for run in runs if run["config"]["width"] == 6 and "norm" not in run["config"]]
    assert (run["seeds"], run["networks"], len(run["shards"])) == ("0-3", 4, 3)


def test_tables_alone_are_kept(tmp_path: Path) -> None:
    finished(tmp_path / "runs", (0, 1))
    before = made(tmp_path / "before", tmp_path / "runs")
    (tmp_path / "none").mkdir()
    after = made(tmp_path / "after", tmp_path / "none", before=tmp_path / "before")
    assert {name: after[name] for name in after if name.endswith("csv")} == {
        name: before[name] for name in before if name.endswith("csv")
    }


def test_networks_that_diverged_are_counted_once(tmp_path: Path) -> None:
    finished(tmp_path / "runs", (0, 1), lr=1e30, evaluate_every=1)
    made(tmp_path / "before", tmp_path / "runs")
    after = made(tmp_path / "after", tmp_path / "runs", before=tmp_path / "before")
    (run,) = json.loads(after["multiscale-networks.json"])["runs"]
    assert (run["diverged"], run["diverged_seeds"], run["seeds"]) == (2, "0-1", "")


def edited(change: Callable[[dict[str, object]], object], path: Path) -> None:
    origin = json.loads(path.read_text())
    for run in origin["runs"]:
        change(run)
    path.write_text(json.dumps(origin))


def test_tables_that_do_not_say_what_they_are_of_are_refused(tmp_path: Path) -> None:
    finished(tmp_path / "runs", (0,))
    made(tmp_path / "before", tmp_path / "runs")
    (tmp_path / "after").mkdir()
    beside = tmp_path / "before" / "multiscale-networks.json"

    def refused(words: str) -> None:
        answer = tables(
            "multiscale-networks", "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "after"),
            "--earlier", str(tmp_path / "before"),
        )  # fmt: skip
        assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
        assert words in answer.err
        assert listing(tmp_path / "after") == {}

    edited(lambda run: run.__setitem__("seeds", "0-x"), beside)
    refused("seeds '0-x', expected numbers and ranges such as '0-39 50'")
    edited(lambda run: run.pop("seeds"), beside)
    refused("a run without seeds, expected those that the table is of")
    edited(lambda run: run.update(seeds="0", config=json.loads(config(width=5).canonical())), beside)
    refused("expected one of the configs in multiscale-networks.json")
    edited(lambda run: run.update(config=json.loads(config(lr=0.5).canonical())), beside)
    refused("settings other than those of other networks with n = 7")
    beside.unlink()
    refused("is missing, expected the provenance of")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    answer = tables("multiscale", "--runs", str(tmp_path), "--earlier", str(tmp_path / "nothing"))
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "no such folder, expected one of tables, such as training/data" in answer.err


@pytest.mark.parametrize("text", ["x", "3-1", "-3", "1-2-3", "1.5"])
def test_seeds_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected numbers and ranges"):
        earlier.numbers(text)


@pytest.mark.parametrize("seeds", [[], [0], [5, 4, 3], [0, 1, 2, 7, 8, 20]])
def test_seeds_in_few_words_and_back(seeds: list[int]) -> None:
    assert earlier.numbers(earlier.ranges(seeds)) == sorted(seeds)


def test_the_example_is_the_network_with_most_of_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finished(tmp_path / "runs", (0, 1, 2))
    wanted = dict(zip(CASE, earlier.keyed(config(), CASE), strict=True))
    with pytest.raises(FileNotFoundError, match=r"no network with weights and n = 91, batch = 91, width = 128"):
        example.example(Collection([tmp_path]))
    properties = {0: 1, 1: 3, 2: 3}
    monkeypatch.setattr(example, "shown", lambda case, line: properties[line["seed"]])
    collection = Collection([tmp_path])
    rows = example.example(collection, wanted).records()
    assert {row["seed"] for row in rows} == {1}
    assert (collection.used[0]["seeds"], collection.used[0]["networks"]) == ("1", 1)
    sizes = {name: sum(row["tensor"] == name for row in rows) for name in ("embedding", "hidden", "bias", "output")}
    assert sizes == {"embedding": 14, "hidden": 6, "bias": 1, "output": 7}
    assert len(rows[0]["values"].split()) == 4


def test_properties_of_planted_networks() -> None:
    from tests.margin.analysis.cyclic.planted import noise, planted

    network = planted(14, (2, 3))
    assert not any(example.mostly_fine(network, f) for f in (2, 3))
    random = noise(14, 40)
    assert any(example.mostly_fine(random, f) for f in random.frequencies.tolist())
