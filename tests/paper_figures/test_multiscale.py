"""Figures of the paper on several scales: their data from the saved tables, and from planted ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import gcd
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from margin.analysis.cyclic.network import score
from margin.analysis.fourier import power_without_mean
from paper_figures import tables
from paper_figures.figures.multiscale import (
    PICTURES,
    cases,
    effects,
    growth,
    levels,
    logits,
    many,
    neurons,
    norms,
    pizza,
    planes,
)
from paper_figures.style import page
from tests.helpers.command_line import ROOT
from tests.margin.analysis.cyclic.planted import planted

PAPER = cases.PAPER | {"steps": cases.BATCH_STEPS}
Read = Callable[..., list[dict[str, str]]]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, list[dict[str, str]]]], None]:
    """Tables in place of the saved ones."""

    def give(planted: dict[str, list[dict[str, str]]]) -> None:
        monkeypatch.setattr(tables, "read", lambda name, folder=None: planted[name.removeprefix("multiscale-")])

    return give


def network(n: int, seed: int, frequencies: str, **more: str) -> dict[str, str]:
    return {"n": str(n), "batch": str(n), **PAPER, "seed": str(seed), "frequencies": frequencies} | more


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_figure_is_drawn_with_titles_and_labels(picture: Any) -> None:
    figure = picture.draw(picture.data())
    shown = [axes for part in [figure, *figure.subfigs] for axes in part.axes if axes.axison]
    assert shown
    assert any(axes.get_title(loc="left") or axes.get_title() for axes in shown)
    assert all(axes.has_data() for axes in shown)


def test_the_saved_network_computes_what_it_was_trained_for() -> None:
    one = cases.example()
    assert one.network.n == 91
    assert score(one.network.logits, one.network.labels)[1] > 0.999
    assert one.embeddings.shape == (2, 91, 32)
    assert sorted(one.frequencies) == one.network.frequencies.tolist()
    sizes = [len(one.network.members(f)) for f in one.frequencies]
    assert sizes == sorted(sizes, reverse=True)


def test_a_simple_and_a_fine_tuning_neuron() -> None:
    data = neurons.chosen()
    assert data.simple.shares.max() >= 0.9 > data.fine.shares.max()
    assert gcd(data.simple.frequency, 91) == 1
    assert len(data.fine.combines) > 1
    assert [data.fine.shares[f - 1] for f in data.fine.combines] == sorted(
        data.fine.shares[np.array(data.fine.combines) - 1]
    )[::-1]


def test_contributions_and_offset_add_up_to_the_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of planted simple neurons, whose clusters move along but for their finite number of phases."""
    one = cases.Example(planted(41, (3, 5)), np.zeros((2, 41, 2)), 0, [3, 5])
    monkeypatch.setattr(logits, "example", lambda: one)
    data = logits.contributions()
    whole = data.logits - data.logits.mean(1, keepdims=True)
    assert np.allclose(data.parts.sum(0), whole)
    assert data.places == (50 - 41, 54 - 41)
    moved = np.roll(data.parts[:, 0], 4, 1)
    assert np.linalg.norm(moved - data.parts[:, 1]) < 0.1 * np.linalg.norm(moved)
    assert np.linalg.norm(data.parts[:, 0] - data.parts[:, 1]) > np.linalg.norm(moved)  # without moving it is not so
    assert data.ranks.tolist() == [[0, 0], [0, 0]]


def test_planes_of_a_planted_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = 2 * np.pi * np.arange(41) / 41
    waves = [size * wave(f * turns) for f, size in ((3, 3.0), (5, 2.0), (7, 1.0)) for wave in (np.cos, np.sin)]
    one = cases.Example(planted(41, (3, 5)), np.stack([np.array(waves).T, np.zeros((41, 6))]), 0, [3, 5])
    monkeypatch.setattr(planes, "example", lambda: one)
    data = planes.planes()
    assert data.components.frequencies.tolist() == [3, 3, 5, 5, 7, 7]
    for (i, j), value in zip(planes.PAIRS, data.roundness, strict=True):
        assert value == pytest.approx(0 if i // 2 == j // 2 else 0.5, abs=1e-9)


def test_pairs_by_their_quotient(given: Any) -> None:
    """Two networks with f, 2f and one with f, 3f: of 6 ordered pairs 4 have the quotient 2 or 1/2."""
    given({"networks": [network(89, 0, "1 2"), network(89, 1, "3 6"), network(89, 2, "4 12"), network(91, 0, "1")]})
    data = many.learned()
    assert data.sets[91] == [[1]]
    expected = 6 / 43
    assert data.ratios[1] == pytest.approx(2 / expected)
    assert data.ratios[43] == pytest.approx(2 / expected)  # 44 = -1/2, the half
    assert data.ratios[2] == pytest.approx(1 / expected)
    assert np.isnan(data.ratios[0])
    assert np.nansum(data.ratios) == pytest.approx(6 / expected)


def test_growth_is_fitted_where_there_is_enough(given: Any) -> None:
    rows = [
        network(n, seed, " ".join(map(str, range(1, 1 + int(np.log(n)))))) for n in (20, 60, 150) for seed in range(5)
    ]
    given({"networks": rows})
    data = growth.growth()
    assert data.laws is not None
    assert set(data.moduli) == {"batches"}
    assert {n: len(counts) for n, counts in data.moduli["batches"].items()} == {20.0: 5, 60.0: 5, 150.0: 5}
    growth.draw(data)
    assert "least squared error: ln" in growth.caption(data)
    given({"networks": [*rows[:-1], network(91, 0, "1", width="512"), network(91, 0, "1 2", batch="0", steps="4000")]})
    data = growth.growth()
    assert data.laws is None
    assert {name: sorted(points) for name, points in data.widths.items()} == {"batches": [512.0], "full batch": [128.0]}
    assert "no law is fitted" in growth.caption(data)


def margin_row(norm: str, strength: str, value: str, **more: str) -> dict[str, str]:
    row = {"n": "11", "batch": "0", "dimension": "32", "norm": norm, "strength": strength, "exponent": "2"}
    return row | {"frequencies": "5", "accuracy": "1", "margin": value, "mass": "10"} | more


def test_norms_need_strengths_neuron_by_neuron_and_the_other_norm(given: Any) -> None:
    rows = [margin_row(norm, f"{s:g}", "2") for norm in norms.NAMES for s in (1e-4, 1e-3, 1e-2)]
    given({"margins": [*rows, margin_row("neurons", "0.1", "1", n="23")]})
    (one,) = norms.norms()
    assert (one.n, one.batch, list(one.margins)) == (11, 0, [("parameters", 32), ("neurons", 32)])
    assert [list(points) for points in one.margins.values()] == [[1e-4, 1e-3, 1e-2]] * 2
    assert one.margins["neurons", 32][1e-3].tolist() == [0.2]
    given({"margins": rows[2:]})
    assert norms.norms()[0].margins["parameters", 32] == {1e-2: [0.2]}
    for lacking in (rows[3:], rows[:5]):
        given({"margins": lacking})
        with pytest.raises(ValueError, match=r"no n with both norms, neuron by neuron in 3 strengths"):
            norms.norms()


def test_norms_of_batches_and_of_other_dimensions_are_told_apart(given: Any) -> None:
    """Of n = 11 also one full-batch point of weight decay, which is in no figure; in batches two dimensions."""
    many = [margin_row("neurons", f"{s:g}", "2", batch="11", dimension=d) for s in (1, 2, 3) for d in ("32", "8")]
    rows = [*many, margin_row("parameters", "1", "-3", batch="11"), margin_row("parameters", "1", "7")]
    given({"margins": rows})
    (one,) = norms.norms()
    assert (one.batch, list(one.margins)) == (11, [("parameters", 32), ("neurons", 8), ("neurons", 32)])
    assert one.margins["parameters", 32][1].tolist() == [-0.3]
    figure = norms.draw([one])
    legend = figure.axes[1].get_legend()
    assert legend is not None
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["weight decay, dimension 32", "neuron by neuron, dimension 8", "neuron by neuron, dimension 32"]
    assert "n = 11, batches of 11: weight decay, dimension 32, 5.0 of 5 frequencies" in norms.caption([one])


def test_networks_that_have_not_learned_the_task_are_left_out(given: Any) -> None:
    rows = [margin_row("neurons", f"{s:g}", "2") for s in (1, 2, 3)] + [margin_row("parameters", "1", "2")]
    given({"margins": [*rows, *(margin_row("neurons", "4", "-9", accuracy=x) for x in ("0.1", "0.3"))]})
    (one,) = norms.norms()
    assert list(one.margins["neurons", 32]) == [1, 2, 3]
    assert one.untaught["neurons", 32] == {4: pytest.approx(0.2)}
    assert "(1 seeds each; left out 4, where accuracy is 0.2)" in norms.caption([one])
    given({"margins": [*rows, margin_row("neurons", "4", "-9", accuracy="0.95")]})
    assert list(norms.norms()[0].margins["neurons", 32]) == [1, 2, 3, 4]


def test_the_document_says_what_the_saved_networks_of_both_norms_have() -> None:
    """Of small n neuron by neuron all frequencies in every network; means, ranges and ratios as on the page."""
    page_text = " ".join((ROOT / "docs" / "several_scales.md").read_text().split())
    found = {one.n: one for one in norms.norms()}
    assert set(found) == {11, 23, 89}
    decay, neurons = ("parameters", 32), ("neurons", 32)
    for n in (11, 23):
        one = found[n]
        assert all((values == n // 2).all() for values in one.frequencies[neurons].values())
        assert list(one.margins[neurons]) == list(one.margins[decay]) == [1e-5, 1e-4, 3e-4, 1e-3, 3e-3]
        assert f"mod {n} all {n // 2} in {sum(map(len, one.frequencies[neurons].values()))}" in page_text
    one = found[23]
    assert {len(values) for points in one.margins.values() for values in points.values()} == {50}
    first, *_, last = one.frequencies[decay].values()
    said = f"from {first.mean():.1f} on average ({first.min():.0f} to {first.max():.0f}) to {last.mean():.1f}"
    assert f"mod 23 {said} ({last.min():.0f} or {last.max():.0f})" in page_text
    first, *_, last = found[11].frequencies[decay].values()
    assert f"mod 11 from {first.mean():g} to {last.mean():g}" in page_text
    pairs = zip(one.margins[neurons].values(), one.margins[decay].values(), strict=True)
    more = [100 * (a.mean() / b.mean() - 1) for a, b in pairs]
    assert f"{min(more):.0f}% to {max(more):.0f}% mod 23" in page_text


def test_the_document_says_what_networks_mod_89_have_neuron_by_neuron() -> None:
    page_text = " ".join((ROOT / "docs" / "several_scales.md").read_text().split())
    (one,) = [one for one in norms.norms() if one.n == 89]
    assert one.batch == 89
    for dimension in (32, 96):
        points = one.frequencies["neurons", dimension]
        assert list(points) == [1e-6, 1e-5, 1e-4, 3e-4]
        assert {len(values) for values in points.values()} == {50}
        weak = np.concatenate([points[x] for x in (1e-6, 1e-5, 1e-4)])
        strong, means = points[3e-4], [points[x].mean() for x in (1e-6, 1e-5, 1e-4)]
        between = f"{min(means):.1f} to {max(means):.1f} on average ({weak.min():.0f} to {weak.max():.0f})"
        said = f"of dimension {dimension} they have {between} of the 44 frequencies up to a strength of 10^-4 and"
        assert f"{said} {strong.mean():.1f} ({strong.min():.0f} to {strong.max():.0f}) at 3 10^-4" in page_text
    (decay,) = one.frequencies["parameters", 32].values()
    assert f"{decay.mean():.1f} ({decay.min():.0f} to {decay.max():.0f}; {len(decay)} networks)" in page_text
    (left,) = one.untaught["neurons", 32].items()
    assert left[0] == 1e-3
    assert f"answer {100 * left[1]:.1f}% of the pairs" in page_text
    small, wide, (paper,) = (
        one.margins["neurons", 32],
        one.margins["neurons", 96],
        one.margins["parameters", 32].values(),
    )
    at = [1e4 * values.mean() for values in (paper, small[1e-4], wide[1e-4])]
    said = "{:.2f} under weight decay against {:.2f} (dimension 32) and {:.2f} (96) neuron by neuron".format(*at)
    assert (
        f"{said}, whose largest means, {1e4 * small[1e-5].mean():.2f} and {1e4 * wide[1e-5].mean():.2f}," in page_text
    )
    for points in (small, wide):
        assert max(points, key=lambda x: float(points[x].mean())) == 1e-5
    assert max(values.max() for values in one.frequencies["neurons", 96].values()) < 44


def test_headings_name_the_papers_moduli_alone(given: Any) -> None:
    given({"networks": [network(n, 0, "1") for n in (59, 91, 113)]})
    assert cases.heading("networks", None).startswith("Addition of 2 inputs mod 91, embeddings")


def test_ranks_say_of_how_many_networks_they_are(given: Any) -> None:
    """Each network gives every pair a rank: 2 networks mod 89 and 3 mod 91, of 4 and 5 that have frequencies."""
    ranked = {89: 2, 91: 3}
    ranks = [
        {"n": str(n), "batch": str(n), **PAPER, "rank": str(rank), "alone": "1", "together": str(total)}
        for n, count in ranked.items()
        for rank, total in enumerate((n * n * count - 7, 7))
    ]
    given({"ranks": ranks, "networks": [network(n, s, "1 2") for n, count in ((89, 4), (91, 5)) for s in range(count)]})
    data = many.ranks()
    assert data.ranked == ranked
    assert "clusters of 2 seeds of n = 89, 3 seeds of n = 91; and" in many.caption_ranks(data)
    assert "networks have, 4 seeds of n = 89, 5 seeds of n = 91." in many.caption_ranks(data)


def test_the_three_levels_are_of_one_network() -> None:
    """The neuron has its frequency's gcd with n after relabelling; the coset is that of the label; the parts add up."""
    data = levels.levels()
    f, n = data.frequencies[data.shown], len(data.logits)
    assert data.neuron in data.example.network.members(f)
    for axis in (0, 1):
        assert power_without_mean(data.activation.sum(axis)).argmax() + 1 == gcd(f, n) > 1
    plain = np.maximum(sum(np.ix_(*data.example.network.inputs[..., data.neuron])), 0)
    assert power_without_mean(plain.sum(0)).argmax() + 1 != gcd(f, n)
    assert len(data.coset) == gcd(f, n)
    assert {label % (n // gcd(f, n)) for label in data.coset} == {data.label % (n // gcd(f, n))}
    assert data.label == data.logits.argmax() == sum(logits.PAIR)
    offset = data.example.network.offset
    whole = data.parts.sum(0) + offset - offset.mean()
    np.testing.assert_allclose(
        whole, data.logits, atol=0.02 * np.abs(data.logits).max()
    )  # but for neurons of no cluster
    assert "equal to 11 modulo 13" in levels.caption(data)


def test_levels_need_a_frequency_that_shares_a_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    one = cases.example()
    coprime = replace(one, frequencies=[f for f in one.frequencies if gcd(f, one.network.n) == 1])
    monkeypatch.setattr(levels, "example", lambda: coprime)
    with pytest.raises(ValueError, match="no simple neuron of a frequency that shares a factor with n"):
        levels.levels()


def test_pizzas_are_relabelled_to_one_wave() -> None:
    data = pizza.pizzas()
    assert len({one.frequency for one in data}) == pizza.SHOWN
    for one in data:
        assert one.frequency * one.step % one.n in (1, one.n - 1)
        assert power_without_mean(one.u).argmax() + 1 == one.frequency
        assert power_without_mean(one.activation.sum(0)).argmax() + 1 == 1
        np.testing.assert_array_equal(one.activation, one.activation.T)
        assert one.activation.min() == 0 < one.activation.max()


def test_the_heaviest_pizzas_are_shown_and_enough_are_needed(given: Any) -> None:
    values = " ".join(f"{x:g}" for x in np.cos(2 * np.pi * np.arange(7) / 7))
    row = {"n": "7", "width": "9", "seed": "0", "cluster": "3", "values": values}
    rows = [
        row | {"frequency": str(f), "mass": f"{mass:g}"} for f, mass in ((1, 0.1), (2, 1e-5), (3, 0.3)) for _ in "uw"
    ]
    given({"pizza": rows})
    assert [one.frequency for one in pizza.pizzas()] == [3, 1, 2]
    given({"pizza": rows[:4]})
    with pytest.raises(ValueError, match="2 frequencies in the table pizza, expected 3 or more"):
        pizza.pizzas()


def test_bars_mark_what_is_named() -> None:
    axes = page(1).subplots()
    many.bars(axes, np.array([1.0, 2.0, 3.0]), (2,))
    colours = [patch.get_facecolor() for patch in axes.patches]
    assert colours[0] == colours[2] != colours[1]


def test_noise_and_ablation_are_those_of_the_tables() -> None:
    noise = effects.noise()
    assert all(np.allclose(values[:, 0], 1) for values in noise.ratios.values())
    ablation = effects.ablation()
    assert ablation.losses.shape == ablation.accuracies.shape == (len(ablation.losses), 5)
    assert (np.diff(np.median(ablation.losses, axis=0)) > 0).all()
    assert len(ablation.first) == len(ablation.frequencies) >= 1
