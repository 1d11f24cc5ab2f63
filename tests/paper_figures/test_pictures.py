"""What a picture says of itself: heading, metadata, titles that claim no more than was run, weights as one period."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib")

from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from paper_figures import style
from paper_figures.figures import li
from paper_figures.figures.circuits import transformers
from paper_figures.figures.neurons import embedding
from paper_figures.parts import heights, waves
from paper_figures.picture import Picture
from paper_figures.registry import PICTURES
from paper_figures.style import (
    DOTS,
    HEADING,
    LINES,
    PAGE,
    THEORY,
    TRAINED,
    at_most,
    content,
    head,
    page,
    settle,
    styled,
)

ACTIVATIONS = ("activation x^", "ReLU", "tanh", "softmax", "activation")
TASKS = re.compile(r"(Addition|Composition|Parity|Activation x\^k, k the number of inputs)")
ANIMATIONS = [name for name in PICTURES if name.startswith("animation")]


@pytest.mark.parametrize("name", PICTURES)
def test_every_heading_says_task_and_activation(name: str) -> None:
    heading, caption = PICTURES[name].told(PICTURES[name].data())
    assert TASKS.match(heading), heading
    assert any(word in heading or word.capitalize() in heading for word in ACTIVATIONS)
    assert len(heading) <= LINES * HEADING
    assert caption.isascii()
    assert heading.isascii()


def test_a_heading_stands_above_the_panels_and_the_figure_grows() -> None:
    plain = Picture("x", "nothing", (), lambda: 0, lambda data: "No training.", lambda data: page(2))
    with styled():
        (bare, headed) = (
            plain.drawn(0),
            replace(plain, heading=lambda data: f"Addition of {data} inputs").drawn(0),
        )
    assert bare.get_suptitle() == ""
    assert bare.get_size_inches()[1] == 2
    assert headed.get_suptitle() == "Addition of 0 inputs"
    assert headed.get_size_inches()[1] > 2
    with pytest.raises(ValueError, match=r"heading of 3 lines, expected at most 2: 'word word"):
        head(page(2), "word " * 60)
    with pytest.raises(ValueError, match="heading of 3 lines"):  # a narrow figure has shorter lines
        head(page(2, PAGE / 2), "word " * 30)
    with pytest.raises(ValueError, match="animation-mod23 is an animation, expected a figure"):
        PICTURES["animation-mod23"].drawn(None)


def test_captions_are_in_the_metadata_of_every_format(tmp_path: Path) -> None:
    picture = PICTURES["widths"]
    picture.write(tmp_path)
    caption = (tmp_path / "widths.txt").read_text().strip()
    title = f"widths: {picture.heading}"
    with Image.open(tmp_path / "widths.png") as image:
        assert image.info["Title"] == title
        assert image.info["Description"] == caption
    svg = (tmp_path / "widths.svg").read_text()
    assert f"<dc:title>{title}</dc:title>" in svg
    assert f"<dc:description>{caption}</dc:description>" in svg
    pdf = (tmp_path / "widths.pdf").read_bytes()
    assert b"/Title (" + title.replace("(", r"\(").replace(")", r"\)").encode() in pdf
    assert b"/Subject (Neurons per rotation frequency" in pdf


def test_without_a_caption_there_is_none_in_the_file() -> None:
    with styled():
        files = {form: content(page(1), form) for form in ("svg", "pdf", "png")}
    assert b"dc:description" not in files["svg"]
    assert b"/Subject" not in files["pdf"]
    assert b"Description" not in files["png"]


def nudged(nudge: float) -> tuple[list[float], bytes]:
    """Edges of panels, inches, and the svg of a figure within which figures are laid out by nearly the same ratios."""
    figure = page(2)
    both: Any = figure.subfigures(2, 1, height_ratios=(1.7, 1 + nudge))
    upper, lower = both
    upper.suptitle("its own heading")
    for axes in [*upper.subplots(1, 2, width_ratios=(1.7, 1 + nudge)), *lower.subplots(1, 2)]:
        axes.plot([0, 1])  # cut off at the panel's edges, by a clip path
    head(figure, "a heading")
    settle(figure)
    return [edge / DOTS for axes in figure.axes for edge in axes.bbox.bounds], content(figure, "svg")


def test_panels_stand_at_places_that_every_process_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    # the layout's last bits differ from process to process; they are in the names of the svg's clip paths
    nudges = (0.0, 3e-10, -3e-10)
    with styled():
        rounded = [nudged(nudge) for nudge in nudges]
        monkeypatch.setattr(style, "PLACES", 16)
        as_found = [nudged(nudge) for nudge in nudges]
    assert len({svg for _, svg in rounded}) == 1
    assert len({svg for _, svg in as_found}) == 3
    for (places, _), (found, _) in zip(rounded, as_found, strict=True):
        assert places == pytest.approx(found, abs=PAGE * 2e-6)


@pytest.mark.parametrize("name", ANIMATIONS)
def test_animations_are_large_and_say_what_they_show(name: str, tmp_path: Path) -> None:
    gif, caption = PICTURES[name].write(tmp_path)
    with Image.open(gif) as image:
        assert image.size[0] >= 800
        assert image.size[1] >= 700
        assert image.info["duration"] >= 500
        comment = image.info["comment"].decode()
        last = image.n_frames - 1  # type: ignore[attr-defined]
        frames = []
        for number in (0, last):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")).astype(int))
    assert caption.read_text().strip() in comment
    assert comment.startswith(f"{name}: Addition of 2 inputs mod ")
    changed = np.abs(frames[0] - frames[1]).sum(-1) > 90
    height, width = changed.shape
    assert changed[int(0.78 * height) : int(0.95 * height), int(0.11 * width) :].any()  # the mark has moved
    assert changed[: int(0.7 * height)].any()


@pytest.mark.parametrize("name", ["mod23", "mod23-relu", "mod71", "mod71-relu"])
def test_margins_below_an_animation_are_those_of_its_run(name: str) -> None:
    data = embedding.embedding(name)
    steps, margins = data.margins
    assert steps[-1] == data.steps[-1]
    assert (np.diff(steps) > 0).all()
    if name.endswith("relu"):
        assert data.gamma is None
        assert data.activation == "ReLU"
    else:
        assert data.gamma is not None
        assert 0.999 < margins[-1] / data.gamma <= 1
    assert data.as_published == name.startswith("mod71")
    assert ("as published" in embedding.heading(data)) == data.as_published
    assert ("published: mod 71, 500 neurons" in embedding.heading(data)) != data.as_published


def test_a_run_whose_end_is_not_saved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from paper_figures import tables

    saved = tables.read
    monkeypatch.setattr(tables, "read", lambda name: [] if name == "final" else saved(name))
    with pytest.raises(ValueError, match=r"run 97e2a4fef35e0747 of embedding-mod23\.csv is 0 times in final\.csv"):
        embedding.embedding("mod23")


def turns(vector: Any) -> float:
    """How often a sequence around a circle rises and falls, in periods: half its changes of direction."""
    signs = np.sign(np.diff(np.append(vector, vector[:2])))
    return float((signs[1:] != signs[:-1]).sum() / 2)


@pytest.mark.parametrize(("n", "z"), [(23, 1), (23, 11), (71, 35), (71, 12), (12, 5)])
def test_weights_of_any_frequency_are_one_period(n: int, z: int) -> None:
    vector = 0.3 * np.cos(2 * np.pi * (z * np.arange(n) / n + 0.123))
    with styled():
        axes = page(2).subplots()
        waves(axes, vector[None], [z])
        heights(axes, vector[None])
    (dots,) = axes.lines
    assert isinstance(dots, Line2D)
    x, y = (np.asarray(values, float) for values in dots.get_data())
    assert sorted(x) == list(range(n))
    assert turns(y[np.argsort(x)]) == 1
    assert turns(y) == z  # against the input itself it is not
    (curve,) = axes.collections[0].get_paths()  # the cosine goes through the dots
    points = np.asarray(curve.vertices, float)
    at = np.interp(x, points[:, 0], points[:, 1])
    np.testing.assert_allclose(at, y, atol=0.02)
    assert axes.texts[0].get_text() == f"{np.abs(vector).max():.2g}"
    assert dots.get_color() == TRAINED  # as the pages say of all figures
    np.testing.assert_array_equal(np.asarray(axes.collections[0].get_edgecolor()), [to_rgba(THEORY)])


def test_the_other_activation_departs_from_the_cosine() -> None:
    """x^2 and ReLU differ visibly: the largest distance of the weights from their cosine, over the largest weight."""

    def distance(name: str) -> float:
        data = embedding.embedding(name)
        return float(np.median([_distance(v, z) for v, z in zip(data.weights[-1], data.frequencies, strict=True)]))

    assert distance("mod71") < 0.01
    assert distance("mod71-relu") > 0.1


def _distance(vector: Any, z: int) -> float:
    turned = 2 * np.pi * z * np.arange(len(vector)) / len(vector)
    basis = np.stack([np.ones_like(turned), np.cos(turned), np.sin(turned)], axis=1)
    fitted = basis @ np.linalg.lstsq(basis, vector, rcond=None)[0]
    return float(np.abs(vector - fitted).max() / np.abs(vector).max())


@pytest.mark.parametrize("k", li.PRINTED)
def test_a_figure_of_a_paper_is_claimed_only_at_its_size(k: int) -> None:
    run = li.neurons(k).run
    for kind in ("neurons", "spectra"):
        picture = PICTURES[f"li-{kind}-k{k}"]
        heading, caption = picture.told(picture.data())
        assert picture.summary.startswith("Li et al., Figure") == run.as_printed
        assert caption.startswith("As Figure") == run.as_printed
        assert ("as published" in heading) == run.as_printed
        assert f"mod {run.p}, activation x^{k}" in heading
        if not run.as_printed:
            assert f"but p = {run.p}, not {li.PRINTED[k][0]}" in picture.summary
            assert f"published: mod {li.PRINTED[k][0]}" in heading
    other = replace(run, p=7)
    assert "as published" not in other.heading()
    assert "published: mod" in other.heading()


def test_smaller_attention_and_transformers_are_not_called_a_figure_of_the_paper() -> None:
    for name, picture in PICTURES.items():
        if name.startswith(("li-attention", "li-grokking")):
            heading, caption = picture.told(picture.data())
            assert picture.summary.startswith("like Figure"), name
            assert "published" in heading
            assert caption.startswith("Like Figure")
    found = transformers.scores(3)
    printed = replace(found, p=transformers.FIGURES[3][1], heads=transformers.HEADS)
    assert transformers.scores_caption(printed).startswith("As Figure 9 of Li et al.")


@pytest.mark.parametrize("name", [name for name in PICTURES if name.startswith("margin-")])
def test_titles_of_panels_differ(name: str) -> None:
    data = PICTURES[name].data()
    draw = PICTURES[name].draw
    assert draw is not None
    with styled():
        figure: Figure = draw(data)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert len(titles) == len({title.partition("  ")[2] for title in titles}) == len(data)
    assert all(f"{column.width} neurons" in title for column, title in zip(data, titles, strict=True))


def drawn(name: str) -> Figure:
    with styled():
        return PICTURES[name].drawn(PICTURES[name].data())


def test_deviations_are_drawn_around_zero() -> None:
    """Not from 0 upwards, where a few hundredths of a per cent would be hidden."""
    figure = drawn("frequencies")
    data = PICTURES["frequencies"].data()
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert low == pytest.approx(-high)
    for column, axes in zip(data, figure.axes[2:], strict=True):
        shown = 100 * float(np.abs(column.deviations).max())
        assert shown < axes.get_ylim()[1] < 1.5 * shown
        np.testing.assert_allclose(column.extra.mean(1), 0, atol=1e-12)


def test_the_label_of_the_published_formula_is_clear_of_the_crosses() -> None:
    figure = drawn("gamma-n")
    axes = figure.axes[1]
    (label,) = [text for text in axes.texts if "published formula" in text.get_text()]
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    foot = axes.transData.transform((0, 1))[1] - 4 * figure.dpi / 72  # crosses of 8 points stand on 1
    assert label.get_window_extent(renderer).y1 < foot
    label.set_y(0.9975)  # where it was
    label.set_verticalalignment("top")
    assert label.get_window_extent(renderer).y1 > foot


def test_weights_of_parity_do_not_merge() -> None:
    figure = drawn("parity")
    (axes,) = [axes for axes in figure.axes if axes.get_title(loc="left").startswith("(c)")]
    assert axes.get_yscale() == "log"
    for line in axes.lines[:10]:
        heights_of_dots = np.log10(np.asarray(line.get_ydata(), float))
        assert heights_of_dots.max() - heights_of_dots.min() > 2  # decades; as weights they differ by 1e-5
    bars = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("(d)")).patches
    data = PICTURES["parity"].data()
    assert [patch.get_height() for patch in bars] == list(data.stuck.values())  # type: ignore[attr-defined]


def test_uses_of_representations_differ_in_grey() -> None:
    from matplotlib.colors import to_rgb

    from paper_figures.figures.representations import COLOURS
    from paper_figures.style import BLUE, ORANGE

    def grey(colour: str) -> float:
        return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))

    shades = sorted(map(grey, COLOURS))
    assert min(np.diff(shades)) > 0.2
    assert len(set(COLOURS)) == 3
    assert abs(grey(BLUE) - grey(ORANGE)) < 0.35  # which are not told apart as surely


@given(st.floats(1e-12, 1e6))
def test_a_bound_in_one_digit_is_no_less_than_the_value(value: float) -> None:
    text = at_most(value)
    assert value <= float(text) <= 2 * value
    assert len(text.split("e")[0].replace(".", "").strip("0")) <= 1


def test_to_nearest_would_be_less() -> None:
    assert (f"{0.00349:.1g}", at_most(0.00349)) == ("0.003", "0.004")
    assert at_most(0.003) == "0.003"
