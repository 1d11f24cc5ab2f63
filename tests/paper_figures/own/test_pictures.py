"""Each picture shows what an independent computation says, and says the task and the activation."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from margin import construct, parse
from margin.inspection.network import Inspection, inspect_network
from margin.networks.network import Network
from paper_figures.own.drawing import Drawing, printable
from paper_figures.own.features import bits, histogram, powers
from paper_figures.own.margins import differences, norms
from paper_figures.own.neurons import phases, shown, weights
from paper_figures.own.report import drawings
from paper_figures.style import styled

NAMES = {
    "mod:12": ["weights", "phases", "frequencies", "differences", "norms"],
    "group:S3": ["power", "representations", "differences", "norms"],
    "parity:5,2": ["bits", "norms"],
}


def best(spec: str, k: int | None = 2) -> Inspection:
    """A network of largest margin."""
    made = construct(parse(spec, k))
    network = made if isinstance(made, Network) else made.numeric()
    return inspect_network(network.task, network.U, network.W)


def chance(spec: str, k: int | None = 2, width: int = 20, activation: str | None = None) -> Inspection:
    """Random weights."""
    task, generator = parse(spec, k).listed(), np.random.default_rng(1)
    shape = (task.n, width) if spec.startswith("parity") else (task.k, task.n, width)
    return inspect_network(task, generator.normal(size=shape), generator.normal(size=(width, task.classes)), activation)


def drawn(drawing: Drawing) -> Figure:
    with styled():
        return drawing.draw()


def dots(axes: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    """Places and heights of everything drawn as dots."""
    return [
        (np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float))
        for line in axes.lines
        if line.get_marker() in (".", "o")
    ]


def turns(curve: np.ndarray) -> int:
    """How often a curve changes from rising to falling or back."""
    slopes = np.sign(np.diff(curve))
    return int((slopes[1:] * slopes[:-1] < 0).sum())


@pytest.mark.parametrize("spec", NAMES)
def test_every_kind_of_task_has_its_pictures(spec: str) -> None:
    k = None if spec.startswith("parity") else 2
    for inspection in (best(spec, k), chance(spec, k, activation="relu")):
        made = drawings(inspection)
        assert [drawing.name for drawing in made] == NAMES[spec]
        for drawing in made:
            assert str(inspection.task) in drawing.heading
            assert f"activation {inspection.effective.network.activation}" in drawing.heading
            assert drawing.caption.endswith(".")
            assert "nan" not in drawing.caption
            assert "  " not in drawing.caption


def test_a_network_of_zeros_has_the_pictures_that_it_can_have() -> None:
    zero = inspect_network(parse("mod:5", 2), np.zeros((2, 5, 3)), np.zeros((3, 5)))
    assert [drawing.name for drawing in drawings(zero)] == ["differences", "norms"]
    bare = inspect_network(parse("parity:4,2"), np.zeros((4, 3)), np.zeros((3, 2)))
    assert [drawing.name for drawing in drawings(bare)] == ["norms"]
    for drawing in [*drawings(zero), *drawings(bare)]:
        assert drawing.contents(["png"])["png"][:4] == b"\x89PNG"


def test_weights_stand_against_z_a_mod_n_on_one_period_at_any_frequency() -> None:
    inspection = best("mod:23")
    rows = shown(inspection.neurons)
    frequencies = inspection.neurons.features.dominant[rows] + 1
    assert len(rows) == 10 == len(set(frequencies.tolist()))
    assert frequencies.max() > 8
    first, second, last, power = drawn(weights(inspection)).axes
    network = inspection.effective.network
    for axes, matrix in ((first, network.U[0]), (second, network.U[1]), (last, network.W.T)):
        (curves,) = axes.collections
        segments = [np.asarray(path.vertices) for path in curves.get_paths()]
        for row, (place, height) in enumerate(dots(axes)):
            z, vector = int(frequencies[row]), matrix[:, rows[row]]
            assert place.tolist() == [z * a % 23 for a in range(23)]
            scale = (row - height) / vector
            np.testing.assert_allclose(scale, scale[0], rtol=1e-9)
            assert 0 < (row - height).max() <= 0.42 + 1e-12
            assert turns(segments[row][:, 1]) <= 2  # one period
            np.testing.assert_allclose(np.interp(place, *segments[row].T), height, atol=1e-3)
            if z > 4:
                assert turns(height[np.argsort(place)]) <= 2 < turns(height)  # against a itself it is no clean cosine
    assert [label.get_text() for label in power.get_yticklabels()] == ["1.00"] * 10
    assert [label.get_text() for label in first.get_yticklabels()] == [
        f"neuron {i}\nz = {z}" for i, z in zip(rows, frequencies, strict=True)
    ]


def test_the_spectrum_of_random_weights_is_no_single_frequency() -> None:
    shares = [float(t.get_text()) for t in drawn(weights(chance("mod:23"))).axes[-1].get_yticklabels()]
    assert max(shares) < 0.5
    assert "z a mod n" in weights(chance("mod:23")).caption


@pytest.mark.parametrize(("k", "panels"), [(1, 3), (2, 4), (3, 3)])
def test_inputs_that_are_shown(k: int, panels: int) -> None:
    assert len(drawn(weights(best("mod:5", k))).axes) == panels


def test_phases_lie_on_the_relation_and_random_ones_do_not() -> None:
    for inspection, most in ((best("mod:7"), 1e-9), (chance("mod:7"), 0.5)):
        ((total, last),) = dots(drawn(phases(inspection)).axes[0])
        distance = np.abs(last - total).max()
        assert distance <= most
        assert (distance > 0.2) == (most > 0.2)
        network, neurons = inspection.effective.network, inspection.neurons
        live = neurons.clusters.live
        waves = np.exp(-2j * np.pi * np.outer(neurons.features.dominant[live] + 1, np.arange(7)) / 7)
        angles = [np.angle((waves * matrix[:, live].T).sum(1)) for matrix in (*network.U, network.W.T)]
        np.testing.assert_allclose(np.exp(2j * np.pi * total), np.exp(1j * (angles[0] + angles[1])), atol=1e-9)
        np.testing.assert_allclose(np.exp(2j * np.pi * last), np.exp(1j * angles[2]), atol=1e-9)


def heights(axes: Axes) -> list[float]:
    return [float(patch.get_height()) for patch in axes.patches]  # type: ignore[attr-defined]


@pytest.mark.parametrize("spec", ["mod:12", "group:S3", "group:Q8"])
def test_histograms_count_neurons_and_mass(spec: str) -> None:
    inspection = best(spec)
    upper, lower = drawn(histogram(inspection)).axes
    clusters = inspection.neurons.clusters
    assert heights(upper) == clusters.sizes.tolist()
    assert sum(heights(upper)) == inspection.effective.network.width
    np.testing.assert_allclose(heights(lower), clusters.shares)
    lines = sorted(float(np.asarray(path.vertices)[0, 1]) for bars in lower.collections for path in bars.get_paths())
    wanted = sorted(bound for share in clusters.shares for bound in (share, share))
    np.testing.assert_allclose(lines, wanted, atol=1e-9)  # the prediction, which this network meets
    assert "Black lines" in histogram(inspection).caption


def test_no_prediction_where_gamma_is_not_known() -> None:
    drawing = histogram(chance("mod:12", activation="relu"))
    assert drawn(drawing).axes[1].collections[:] == []
    assert "Black lines" not in drawing.caption


def test_power_by_representation_is_that_of_projections() -> None:
    inspection = chance("group:S3", width=7)
    right = drawn(powers(inspection)).axes[1]
    network = inspection.effective.network
    vectors = np.concatenate([network.U, network.W.T[None]])
    products = parse("group:S3", 2).listed().products()  # type: ignore[attr-defined]
    sign = np.where(products.diagonal() == 0, -1.0, 1.0)  # a transposition's square is the identity, 0
    sign[0] = 1.0
    total = (vectors**2).sum((0, 1))
    one = (np.einsum("g,vgm->vm", sign, vectors) ** 2).sum(0) / 6
    mean = (vectors.sum(1) ** 2).sum(0) / 6
    ((_, first), (_, second)) = dots(right)
    np.testing.assert_allclose(first, one / total, rtol=1e-9)
    np.testing.assert_allclose(second, 1 - (one + mean) / total, rtol=1e-9)
    assert max(second.max(), first.max()) < 0.999  # where one of largest margin has 1
    assert {round(value, 9) for _, values in dots(drawn(powers(best("group:S3"))).axes[1]) for value in values} == {
        0,
        1,
    }


def test_bits_of_the_parity() -> None:
    axes = drawn(bits(best("parity:5,2", None))).axes[0]
    sizes = [values for _, values in dots(axes)]
    assert len(sizes) == 5
    np.testing.assert_allclose(sizes[:2], 1 / np.sqrt(3))
    np.testing.assert_allclose(sizes[2:], 0, atol=1e-12)
    assert "predicted" in axes.texts[1].get_text()
    other = drawn(bits(chance("parity:5,2", None, activation="relu"))).axes[0]
    assert len(other.texts) == 1
    assert min(values.max() for _, values in dots(other)) > 0.05


@pytest.mark.parametrize("spec", ["mod:7", "group:S3"])
def test_logits_by_difference(spec: str) -> None:
    inspection = chance(spec)
    task, network = inspection.task, inspection.effective.network
    products = parse(spec, 2).listed().products()  # type: ignore[attr-defined]
    by = [list[float]() for _ in range(task.n)]
    for a in range(task.n):
        for b in range(task.n):
            logits = ((network.U[0, a] + network.U[1, b]) ** 2) @ network.W
            right = products[a, b]
            for g in range(task.n):
                by[g].append(logits[right] - logits[products[right, g]])
    axes = drawn(differences(inspection)).axes[0]
    ((place, mean),) = dots(axes)
    assert place.tolist() == list(range(1, task.n))
    np.testing.assert_allclose(mean, np.mean(by, axis=1)[1:], rtol=1e-9, atol=1e-12)
    spread = np.array([np.asarray(path.vertices)[:, 1] for path in axes.collections[0].get_paths()])
    np.testing.assert_allclose(spread, np.array([np.min(by, axis=1)[1:], np.max(by, axis=1)[1:]]).T, rtol=1e-9)
    assert f"accuracy {inspection.margins.accuracy:.6g} on {task.population} inputs" == axes.get_title("left")


def test_norms_are_sorted_and_the_dead_are_told() -> None:
    U, W = np.ones((2, 5, 4)) * [1, 3, 0, 2], np.ones((4, 5)) * np.array([[1], [3], [0], [2]])
    axes = drawn(norms(inspect_network(parse("mod:5", 2), U, W))).axes[0]
    (live, dead) = dots(axes)
    np.testing.assert_allclose(live[1], np.sqrt(15) * np.array([3, 2, 1]))
    assert (dead[0].tolist(), dead[1].tolist()) == ([4], [0])
    assert axes.get_title("left") == "3 live, 1 dead"
    assert axes.get_legend_handles_labels()[1] == ["live", "dead"]


def chunks(png: bytes) -> dict[str, str]:
    """The texts in a PNG by name."""
    place, texts = 8, dict[str, str]()
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        data = png[place + 8 : place + 8 + size]
        if kind == b"tEXt":
            name, _, text = data.partition(b"\0")
            texts[name.decode()] = text.decode("latin-1")
        elif kind == b"zTXt":
            name, _, text = data.partition(b"\0")
            texts[name.decode()] = zlib.decompress(text[1:]).decode("latin-1")
        place += size + 12
    return texts


def in_svg(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.slow
def test_files_have_caption_and_heading_in_their_metadata_and_the_same_bytes_each_time() -> None:
    for first, second in zip(drawings(best("mod:5")), drawings(best("mod:5")), strict=True):
        files = first.contents(["png", "svg", "pdf"])
        assert files == second.contents(["png", "svg", "pdf"])
        title = f"{first.title}: {first.heading}"
        assert chunks(files["png"]) == {"Title": title, "Description": first.caption}
        assert in_svg(first.caption) in files["svg"].decode()
        assert in_svg(title) in files["svg"].decode()
        assert f"/Subject ({first.caption[:20]}".encode() in files["pdf"]
        assert b"CreationDate" not in files["pdf"]


def test_anybodys_text_is_shown_as_text() -> None:
    assert printable("a$b$\nc\u6f22") == r"a\$b\$?c?"
    assert len(printable("x" * 500)) == 90
    assert printable("mod 5") == "mod 5"
