"""The data of every figure, against the theory in closed form and against the tables they come from."""

from __future__ import annotations

import csv
import json
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib")

from margin import ModularAddition, maximum_margin
from margin.theory import widths as fewest
from paper_figures import tables
from paper_figures.figures import (
    irreps,
    li,
    moduli,
    parity,
    recipes,
    representations,
    seconds,
    shared,
    strengths,
    widths,
)
from paper_figures.figures.neurons import embedding, frequencies, phases
from paper_figures.registry import PICTURES
from paper_figures.theory import recipes as tasks_of_recipes
from paper_figures.trajectories import curves
from tests.helpers.command_line import ROOT

OWN = [name for name in tasks_of_recipes() if not name.startswith("morwani")]
LI = (3, 4, 5)


def published(n: int) -> float:
    """Morwani et al., Theorem 7: sqrt(2/27) / (sqrt(p) (p - 1))."""
    return sqrt(2 / 27) / (sqrt(n) * (n - 1))


THOUSANDS = ("multiscale-networks", "multiscale-fine", "multiscale-margins")  # a line for each of thousands of networks


@pytest.mark.parametrize("name", PICTURES)
def test_every_table_is_there_with_its_provenance(name: str) -> None:
    for table in PICTURES[name].tables:
        origin = tables.provenance(table)
        assert origin["table"] == f"{table}.csv"
        assert origin["command"] in (f"python -m benchmarks.figure_data {table}", f"python -m training tables {table}")
        assert len(origin["date"]) == 10
        assert {"python", "numpy", "torch"} <= set(origin["versions"])
        for run in origin["runs"]:
            if "shards" in run:  # of sweeps
                assert all(len(shard) == 16 for shard in run["shards"])
                assert run["seeds"] or run["diverged"]
                assert all(versions["torch"] for versions in run["versions"])
            else:
                assert len(run["run"]) == 16
                assert run["versions"]["torch"]
        assert tables.read(table)
        most = 1_000_000 if table in THOUSANDS else 300_000
        assert (tables.DATA / f"{table}.csv").stat().st_size < most


SEVERAL_SCALES = ("networks", "weights", "separations", "growth", "clusters", "ranks", "pairs")
OF_CLAIMS = {"rangamani-steps", *(f"multiscale-{name}" for name in SEVERAL_SCALES)}  # read by claims, not drawn


def test_every_table_belongs_to_a_figure_or_to_claims() -> None:
    used = {table for picture in PICTURES.values() for table in picture.tables} | OF_CLAIMS
    assert {path.stem for path in tables.DATA.glob("*.csv")} == used | {"recipes"}
    assert {path.stem for path in tables.DATA.glob("*.json")} == used | {"trajectories"}


@pytest.mark.parametrize("name", PICTURES)
def test_captions_say_over_how_many_seeds_or_that_nothing_was_trained(name: str) -> None:
    caption = PICTURES[name].caption(PICTURES[name].data())
    assert any(words in caption for words in (" seeds ", "one seed (", "No training."))
    assert "nan" not in caption
    assert "  " not in caption
    assert caption.endswith(".")


def test_gamma_of_the_curves_is_the_closed_form() -> None:
    found = {c.recipe: c for c in curves(("mod23", "mod71", "even30", "dic3-k3", "morwani-mod71:23"))}
    for name, n in (("mod23", 23), ("mod71", 71), ("morwani-mod71:23", 23)):
        assert found[name].gamma == pytest.approx(published(n), rel=1e-14)
        assert found[name].published is None
    assert found["even30"].published == pytest.approx(published(30), rel=1e-14)
    assert found["even30"].published is not None
    assert found["even30"].published < found["even30"].gamma
    assert found["dic3-k3"].published is not None
    assert found["dic3-k3"].published < found["dic3-k3"].gamma


def test_curves_are_the_normalised_margins_of_the_table() -> None:
    gammas = {name: float(maximum_margin(task)) for name, task in tasks_of_recipes().items()}
    rows = [row for row in tables.read("curves") if row["ratio"]]
    assert {row["recipe"] for row in rows} <= set(gammas)
    for row in rows:
        assert float(row["normalised_margin"]) == pytest.approx(float(row["ratio"]) * gammas[row["recipe"]], rel=1e-5)


@pytest.mark.parametrize("name", OWN)
def test_own_recipes_end_at_the_maximum_margin_and_never_above(name: str) -> None:
    (found,) = curves((name,))
    assert len(found.runs) >= 4
    assert found.last.min() >= seconds.seconds().targets[name]
    assert max(share.max() for _, share in found.runs.values()) <= 1 + 1e-6
    assert all((np.diff(steps) > 0).all() for steps, _ in found.runs.values())


def test_a_recipe_without_runs_names_the_commands() -> None:
    with pytest.raises(ValueError, match=r"no runs of nothing.*python -m training tables curves"):
        curves(("nothing",))
    assert curves(("mod23", "nothing"), ("nothing",))[0].recipe == "mod23"


@pytest.mark.parametrize("name", ["mod23", "mod71", "mod23-relu", "mod71-relu"])
def test_embedding_weights_become_single_frequencies(name: str) -> None:
    found = embedding.embedding(name)
    assert found.weights.shape == (len(found.steps), len(found.neurons), found.n)
    assert found.steps[0] == 0
    assert found.n == int(name[3:5])
    powers = found.powers
    assert powers.shape == (len(found.steps), len(found.neurons), found.n // 2)
    np.testing.assert_allclose(powers.sum(-1), 1, rtol=1e-12)
    share = powers.max(-1)
    assert share[0].max() < 0.6
    if found.run["finished"]:
        assert share[-1].min() > (0.99 if found.activation == "x^2" else 0.5)
    assert np.median(share[-1]) > np.median(share[0])
    places = embedding.chosen_steps(found)
    assert places[0] == 0
    assert places[-1] == len(found.steps) - 1
    assert places == sorted(set(places))


@pytest.mark.parametrize(("recipe", "count"), [("mod23", 11), ("mod71", 35)])
def test_frequencies_hold_equal_mass(recipe: str, count: int) -> None:
    found = frequencies.frequencies(recipe)
    assert found.predicted == pytest.approx(1 / count, rel=1e-14)
    assert found.shares.shape == found.neurons.shape == (8, count)
    np.testing.assert_allclose(found.shares.sum(1), 1, atol=1e-4)
    np.testing.assert_allclose(found.shares, 1 / count, rtol=0.02)
    assert (found.neurons.sum(1) <= found.width).all()
    assert found.neurons.std() > 0.5  # their numbers are not equal


@pytest.mark.parametrize("recipe", irreps.RUNS)
def test_masses_of_representations_lie_in_the_range_of_the_program(recipe: str) -> None:
    found = irreps.irreps(recipe)
    assert found.shares.shape == (8, len(found.names))
    assert (found.shares >= found.low - 0.01).all()
    assert (found.shares <= found.high + 0.01).all()
    assert found.regular.sum() == pytest.approx(1)
    published_is_optimal = bool(((found.regular >= found.low) & (found.regular <= found.high + 1e-12)).all())
    assert published_is_optimal == (recipe != "dic3-k3")


def test_the_dicyclic_group_leaves_its_sign_out() -> None:
    found = irreps.irreps("dic3-k3")
    assert found.used.count("never") == 1
    never = found.used.index("never")
    assert found.shares[:, never].max() < 1e-3 < found.regular[never]


def test_parity_neurons_have_equal_weights_on_their_bits() -> None:
    found = parity.parity()
    assert found.weights.shape == (len(found.seeds), parity.BITS)
    np.testing.assert_allclose(found.weights[:, :4], 1 / sqrt(5), rtol=0.02)
    assert found.weights[:, 4:].max() < 0.02
    assert found.runs[0].gamma == pytest.approx(24 * sqrt(2 / 5**5), rel=1e-14)
    assert found.runs[0].last.min() >= 0.9999


def test_even_moduli_lie_above_the_published_formula_and_training_finds_them() -> None:
    found = moduli.moduli()
    np.testing.assert_allclose(found.published, [published(int(n)) for n in found.n], rtol=1e-14)
    odd, even = found.n % 2 == 1, found.n % 2 == 0
    np.testing.assert_allclose(found.gamma[odd], found.published[odd], rtol=1e-14)
    expected = (found.n - 1) / (found.n - 1 - (1 - 1 / sqrt(2)))
    np.testing.assert_allclose(found.gamma[even] / found.published[even], expected[even], rtol=1e-13)
    assert set(found.trained_n) == set(range(3, 33))
    assert found.ratios.max() <= 1 + 1e-9
    assert np.median(found.ratios) > 0.9999
    best = [found.trained[found.trained_n == n].max() for n in found.n]
    assert (np.array(best)[even] > found.published[even]).all()


def test_widths_are_the_formulas_and_the_bounds_are_below() -> None:
    found = widths.per_frequency()
    assert found.paper == [2 ** (2 * k - 1) for k in found.k]
    assert found.minimal == [(k + 1) * 2 ** (k - 1) for k in found.k]
    known = [(bound, least) for bound, least in zip(found.bound, found.minimal, strict=True) if bound is not None]
    assert found.bound[:6] == found.minimal[:6] == [2, 6, 16, 40, 96, 224]  # minimal, by certificates for k = 2 to 6
    assert len(known) == len(found.k) == 8
    assert all(bound < least for bound, least in known[6:])
    assert [bound for bound, _ in known[6:]] == [312, 636]  # by cliques


def test_representations_are_those_of_the_survey() -> None:
    found = representations.representations()
    with (ROOT / "margin" / "data" / "surveys" / "groups.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert set(found.counts) == {(row["group"], int(row["k"])) for row in rows}
    for (name, k), counts in found.counts.items():
        used = [row["used"] for row in rows if row["group"] == name and row["k"] == str(k)]
        assert counts == tuple(map(used.count, representations.USED))
    assert found.counts["SmallGroup(12,1) C3 : C4", 3] == (2, 1, 1)
    assert found.programs == len({(row["group"], row["k"]) for row in rows})
    assert found.partly == len({(row["group"], row["k"]) for row in rows if row["used"] != "always"})
    shown = {representations.shown(name) for name, _ in found.groups}
    assert "S5" in shown
    assert "S3" not in shown


@pytest.mark.parametrize("n", [23, 30])
def test_finite_lambda_prediction_and_what_training_found(n: int) -> None:
    found = strengths.strengths(n)
    live = ~found.collapsed
    assert (found.trained[live] < 1).all()
    assert (found.trained[found.collapsed] >= 1).all()
    gaps = np.sort(np.abs(found.ratios - found.expected)[live])
    assert gaps[:-1].max() < strengths.CLOSE  # one run at 0.98 lambda_c has frequencies with too few neurons
    if n % 2:
        gamma = published(n)
        assert found.critical == pytest.approx(gamma * (n - 1) / n, rel=1e-14)
        assert found.collapsed.sum() > 0
        margins = [log((n - 1) * (gamma / (x * found.critical) - 1)) for x in found.curve[:-1]]
        np.testing.assert_allclose(found.predicted_margins[:-1], margins, rtol=1e-9)
        np.testing.assert_allclose(found.predicted_ratios[:-1], 1, rtol=1e-9)
    else:
        assert (found.predicted_ratios < 1).all()
        assert (np.diff(found.predicted_ratios) < 1e-6).all()  # falls as lambda grows


def test_seconds_are_the_measured_ones() -> None:
    found = seconds.seconds()
    with (ROOT / "training" / "data" / "recipes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert set(found.seconds) == set(OWN)
    for name, values in found.seconds.items():
        measured = [float(row["processor_seconds"]) for row in rows if row["preset"] == name]
        assert values.tolist() == measured
        assert len(values) == 8
        assert found.ratios[name].min() >= found.targets[name]
    medians = [float(np.median(found.seconds[name])) for name in found.order]
    assert medians == sorted(medians)
    others = {name: share for name, share in found.targets.items() if share != seconds.TARGET}
    assert others == {"s3": 0.9995, "s4": 0.9995, "dic3-k3": 0.999}
    assert "to 0.9999 of gamma* (S3, S4: 0.9995; Dic3: 0.999), 8 seeds" in seconds.caption(found)
    assert [found.titles[name] for name in ("mod23", "dic3-k3")] == ["n = 23, k = 2", "Dic3, k = 3"]


def test_the_cost_is_that_of_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = seconds.cost()
    assert found.ks == [2, 3, 4]
    assert found.ratios.min() >= 0.999
    for k in found.ks:  # more inputs cost more, and the line is of the largest
        chosen = found.k == k
        assert (np.diff(found.n[chosen]) > 0).all()
        assert (np.diff(found.multiplications[chosen]) > 0).all()
        exponent, constant = found.line(k)
        assert constant * found.within(k) ** exponent == pytest.approx(1800)
    head = "n,k,seed,run,width,steps,ratio,multiplications,processor_seconds\n"
    rows = "".join(f"{n},2,0,{n:016x},8,9,0.9995,{7 * n**3},{5 * n**3}\n" for n in (2, 3, 5, 10))
    rows += "".join(f"{n},3,0,{n:016x},8,9,0.9995,{7 * n**4},{n**4}\n" for n in (2, 3, 5))
    monkeypatch.setattr(tables, "DATA", tmp_path)
    (tmp_path / "cost.csv").write_text(head + rows)
    (tmp_path / "cost.json").write_text(json.dumps({"date": "2026-01-02", "versions": {"torch": "9.9"}}))
    found = seconds.cost()
    assert found.line(2) == pytest.approx((3, 5))
    assert found.within(2) == pytest.approx(360 ** (1 / 3))
    assert found.rate.tolist() == pytest.approx([1.4, 7])
    assert "k = 2: n^3.00, largest run n = 10 in 5000 s" in seconds.cost_caption(found)
    assert "k = 3: n^4.00, largest run n = 5 in 625 s" in seconds.cost_caption(found)


def test_where_recipes_stop_is_read_from_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "DATA", tmp_path)
    versions = {"date": "2026-01-02", "versions": {"torch": "9.9"}}
    (tmp_path / "seconds.json").write_text(json.dumps(versions))
    (tmp_path / "seconds.csv").write_text("preset,ratio,processor_seconds\ns3,0.99,1\nnew,0.9,2\nnew,0.9,1\n")
    head = "recipe,label,task,k,activation,stop_ratio,share,seconds\n"
    known = f'{head}new,"C4, k = 2",group:C4,2,power,0.9,,\n'
    (tmp_path / "presets.csv").write_text(known)
    with pytest.raises(ValueError, match=r"no s3 in presets\.csv; .*tables presets"):
        seconds.seconds()
    (tmp_path / "presets.csv").write_text(f'{known}s3,"S3, k = 2",group:S3,2,power,0.9999,,\n')
    found = seconds.seconds()
    assert (found.targets, found.titles["new"]) == ({"s3": 0.9999, "new": 0.9}, "C4, k = 2")
    assert "to 0.9999 of gamma* (C4: 0.9), 1, 2 seeds" in seconds.caption(found)
    assert "not every run reached it" in seconds.caption(found)  # s3 did not
    assert seconds.caption(found).endswith("Measured on 2026-01-02 on " + seconds.CORES + ", torch 9.9.")


@pytest.mark.parametrize("k", LI)
def test_neurons_of_li_et_al_have_the_spectra_of_their_weights(k: int) -> None:
    found, spectra = li.neurons(k), li.spectra(k)
    run = found.run
    assert run.k == k
    assert found.first.shape == found.output.shape == (10, run.p)
    for number, vector in zip(found.numbers, found.first, strict=True):
        coefficients = [abs(sum(u * np.exp(-2j * np.pi * z * a / run.p) for a, u in enumerate(vector))) ** 2
                        for z in range(1, run.p // 2 + 1)]  # fmt: skip
        assert spectra.frequencies[number] == np.argmax(coefficients) + 1
        assert spectra.shares[number] == pytest.approx(max(coefficients) / sum(coefficients), abs=2e-3)
        assert spectra.heavy[number]
    assert len(spectra.shares) == run.width
    assert spectra.counts.sum() == spectra.heavy.sum()
    assert np.median(spectra.shares[spectra.heavy]) > 0.85 > 0.5 > np.median(spectra.before)
    assert (spectra.counts > 0).all()


def test_missing_tables_name_the_command_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(tables.MissingTable, match=r"python -m training tables moduli --runs DIR"):
        tables.read("moduli", tmp_path)
    with pytest.raises(tables.MissingTable, match=r"python -m training tables moduli --date"):
        tables.provenance("moduli", tmp_path)
    with pytest.raises(tables.MissingTable, match=r"groups\.csv is missing.*`python -m margin\.survey groups`"):
        tables.survey("groups", tmp_path)
    (tmp_path / "groups.csv").write_text("group,k\n")
    with pytest.raises(ValueError, match=r"has no rows.*margin\.survey groups"):
        tables.survey("groups", tmp_path)
    (tmp_path / "moduli.csv").write_text("n,k\n3\n")
    with pytest.raises(ValueError, match="line 2: 1 cells, expected 2"):
        tables.read("moduli", tmp_path)
    (tmp_path / "moduli.csv").write_text("n,k\n")
    with pytest.raises(ValueError, match=r"has no rows.*training tables moduli"):
        tables.read("moduli", tmp_path)
    (tmp_path / "moduli.csv").write_text("n,k\n3,2\n")
    (tmp_path / "moduli.json").write_text(json.dumps({"runs": []}))
    assert tables.read("moduli", tmp_path) == [{"n": "3", "k": "2"}]
    assert tables.provenance("moduli", tmp_path) == {"runs": []}


def test_trained_networks_need_more_than_the_fewest_neurons_and_pruned_ones_do_not() -> None:
    tasks = PICTURES["trained-widths"].data()
    assert [(task.n, task.k) for task in tasks] == [(23, 2), (13, 3)]
    for task in tasks:
        least, counts = fewest(ModularAddition(task.n, task.k)).minimal, [len(task.at(w)) for w in task.widths]
        assert least == task.fewest == task.widths[0] == task.widths[-1] / 8
        assert set(counts) == {len(set(task.seed))}
        assert task.ratio.max() < 1
        assert task.at(task.fewest).max() < 0.93
        assert task.at(task.widths[-1]).min() > 0.9999
        assert set(task.pruned_width) == {task.fewest}
        assert len(task.pruned_width) == counts[-1]
        assert task.pruned_ratio.min() > 0.9999


DOCUMENTED = sorted(path.stem for path in (ROOT / "docs" / "figures").glob("*.txt"))


def test_pictures_of_the_documents_are_figures() -> None:
    pictures = {path.stem for path in (ROOT / "docs" / "figures").glob("*.png")}
    assert pictures == {*DOCUMENTED, "own-weights", "own-trajectory"}
    assert set(DOCUMENTED) <= set(PICTURES)
    assert len(DOCUMENTED) >= 12


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_pictures_of_the_documents_have_the_captions_of_the_data(name: str) -> None:
    folder = ROOT / "docs" / "figures"
    heading, caption = PICTURES[name].told(PICTURES[name].data())
    assert (folder / f"{name}.txt").read_text() == f"{caption}\n"
    with Image.open(folder / f"{name}.png") as image:
        assert image.info["Title"] == f"{name}: {heading}"
        assert image.info["Description"] == caption
    assert (folder / f"{name}.png").stat().st_size < 600_000
    pages = [(ROOT / "README.md").read_text().replace("docs/figures/", "figures/")]
    pages += [path.read_text() for path in (ROOT / "docs").glob("*.md")]
    assert sum(f"(figures/{name}.png)" in page for page in pages) >= 1
    assert sum(f"(figures/{name}.txt)" in page for page in pages) >= 1


def test_phases_add_up_after_training_and_not_before() -> None:
    power, relu = phases.phases()
    assert (power.activation, relu.activation) == ("x^2", "ReLU")
    for one in (power, relu):
        before, after = one.residuals
        for turns, residuals in ((one.before, before), (one.after, after)):
            exact = (turns[2] - turns[0] - turns[1] - residuals + 0.5) % 1 - 0.5
            np.testing.assert_allclose(exact, 0, atol=6e-5)  # residuals have four digits
        assert np.median(np.abs(before)) > 0.1
        assert np.abs(after).max() < (1e-4 if one.activation == "x^2" else 0.03)
        moved = (one.after[2] - np.roll(one.after[0], 1) - one.after[1] + 0.5) % 1 - 0.5
        assert np.median(np.abs(moved)) > 0.05  # of another neuron's u they do not
    assert np.median(np.abs(power.residuals[1])) < 1e-6 < np.median(np.abs(relu.residuals[1]))


def test_phases_of_a_run_that_is_not_there_name_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "DATA", tmp_path)
    (tmp_path / "final.csv").write_text("run,task,width\nabc,mod:5,9\n")
    row = "mod23,{run},{step},0,1,1,0.1,0.2,0.3,0\n"
    (tmp_path / "phases.csv").write_text(
        "name,run,step,neuron,frequency,share,u1,u2,w,residual\n" + row.format(run="other", step=0)
    )
    with pytest.raises(ValueError, match=r"no phases of mod23; make them with `python -m training tables phases"):
        phases.phases()


def test_recipes_are_the_ends_of_runs_with_a_known_maximum() -> None:
    found = recipes.recipes()
    assert all(one.ratios.max() <= 1 + 1e-6 for one in found)
    medians = [float(np.median(one.ratios)) for one in found]
    assert medians == sorted(medians, reverse=True)
    own = [one for one in found if one.author is None]
    assert {one.title for one in own} == {tasks_of_recipes()[name].title for name in OWN}
    assert min(one.ratios.min() for one in own) > 0.999
    printed = {one.k: one for one in found if one.author == "Li et al."}
    assert sorted(printed) == [3, 4, 5]
    assert float(tables.read("li-neurons-k5")[0]["ratio"]) == printed[5].ratios[0] < 0


def test_shared_embeddings_lie_below_separate_ones_and_are_no_pure_cosines() -> None:
    found = shared.shared()
    for k in shared.COLOURS:
        assert (found.low[k] <= found.high[k]).all()
        assert (found.high[k] < 1).all()
        np.testing.assert_allclose(found.low[k], found.high[k], rtol=1e-6)
    for n, exact in ((2, 2 / 3), (3, 32 / 33)):  # in closed form
        place = list(found.n[2]).index(n)
        assert found.low[2][place] <= exact <= found.high[2][place]
    for powers in (found.u, found.w):
        np.testing.assert_allclose(powers.sum(1), 1, rtol=1e-9)
        assert (powers.argmax(1) == 1).all()
        assert (powers.max(1) < 0.95).all()
    with pytest.raises(tables.MissingTable, match=r"shared\.json is missing.*`python -m margin\.survey shared`"):
        tables.shared(Path("/nowhere"))


def test_what_keeps_two_runs_from_their_optimum() -> None:
    (odd, even) = strengths.strengths(23), strengths.strengths(30)
    assert even.few is None
    assert odd.few is not None
    assert (odd.few.needed, odd.few.neurons, odd.few.seed) == (6, {5: 4, 7: 5}, 1)
    outlier = int(np.argmax(np.abs(odd.ratios - odd.expected) * ~odd.collapsed))
    assert odd.ratios[outlier] == odd.few.ratio
    assert odd.trained[outlier] == pytest.approx(odd.few.place)
    found = parity.parity()
    assert len(found.stuck) == 8
    assert sum(found.stuck.values()) == pytest.approx(1, abs=1e-5)
    assert found.stuck[found.lacking] < 0.01 < 1 / 8
    (descent,) = [run for run in found.runs if run.recipe == "morwani-parity"]
    assert descent.runs[found.stuck_seed][1][-1] == descent.last.min() < 0.7
    assert min(share[-1] for seed, (_, share) in descent.runs.items() if seed != found.stuck_seed) > 0.99


def test_representations_are_named_in_the_order_in_which_they_are_drawn() -> None:
    found = representations.representations()
    assert found.names["SmallGroup(12,1) C3 : C4"] == ["1", "2c", "2", "4q"]
    assert found.used["SmallGroup(12,1) C3 : C4", 3] == ["never", "always", "always", "optional"]
    for (name, k), words in found.used.items():
        assert len(words) == len(found.names[name]) == sum(found.counts[name, k])
