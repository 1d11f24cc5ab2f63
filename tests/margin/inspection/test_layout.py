"""Every layout is read as the network that it is, by its logits; what fits two readings is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from margin.inspection.effective import Effective
from margin.inspection.reading import read_network
from margin.inspection.roles import Mapped, parse, stem, suits
from margin.tasks import ModularAddition, SparseParity, Task
from tests.margin.inspection.layouts import LAYOUTS, D, M, N, Saved, side_by_side, write_npz

TASK = ModularAddition(N, 2)


def read(
    folder: Path, saved: Saved | Mapping[str, np.ndarray], maps: Sequence[str] = (), task: Task = TASK
) -> Effective:
    tensors = saved.tensors if isinstance(saved, Saved) else saved
    return read_network(write_npz(folder / "w.npz", tensors), task, maps=maps)


def logits(effective: Effective) -> np.ndarray:
    table = effective.network.logits().reshape(-1, N)
    return table if effective.offset is None else table + effective.offset


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_network_read_has_the_logits_of_the_definition(tmp_path: Path, layout: Callable[[], Saved]) -> None:
    saved = layout()
    effective = read(tmp_path, saved)
    np.testing.assert_allclose(logits(effective), saved.logits, rtol=1e-9, atol=1e-9)
    for name, tensor in saved.tensors.items():
        assert any(line.startswith(f"{name} {'x'.join(map(str, tensor.shape))} ") or "as this project" in line
                   for line in effective.lines)  # fmt: skip


def test_another_layout_has_other_logits(tmp_path: Path) -> None:
    saved = side_by_side()
    assert not np.allclose(logits(read(tmp_path, LAYOUTS["biases"]())), saved.logits)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_order_of_the_tensors_says_nothing(tmp_path: Path, layout: Callable[[], Saved]) -> None:
    saved = layout()
    backwards = dict(reversed(list(saved.tensors.items())))
    np.testing.assert_allclose(logits(read(tmp_path, backwards)), saved.logits, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "model.net."])
def test_wrappers_of_names_are_seen_through(tmp_path: Path, prefix: str) -> None:
    saved = LAYOUTS["transformer_lens"]()
    role = f"{prefix}embed.W_E=embedding"  # by the name in the file
    effective = read(tmp_path, {prefix + name: tensor for name, tensor in saved.tensors.items()}, [role])
    np.testing.assert_allclose(logits(effective), saved.logits, rtol=1e-9, atol=1e-9)


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).standard_normal(shape)


def square(lying: str) -> Saved:
    """2 n neurons: the first matrix lies both ways."""
    first, last = random(2 * N, 2 * N), random(N, 2 * N)
    x = np.concatenate([np.eye(N)[np.indices((N, N)).reshape(2, -1)[j]] for j in (0, 1)], 1)
    return Saved({"a": first, "b": last}, (x @ (first if lying == "in,out" else first.T)) ** 2 @ last.T)


def test_a_square_matrix_is_refused_and_map_chooses(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fits 2 readings: --map a=input:in,out, or --map a=input:out,in"):
        read(tmp_path, square("in,out"))
    for lying in ("in,out", "out,in"):
        saved = square(lying)
        np.testing.assert_allclose(logits(read(tmp_path, saved, [f"a=input:{lying}"])), saved.logits, rtol=1e-9)


def test_whether_the_equals_sign_is_added_up_is_asked(tmp_path: Path) -> None:
    e, h, o = random(N + 1, D), random(M, D), random(N, M)
    tensors = {"embed.weight": e, "fc1.weight": h, "fc2.weight": o}
    with pytest.raises(ValueError, match=r"--map embed.weight=embedding, or --map embed.weight=tokens"):
        read(tmp_path, tensors)
    a, b = np.indices((N, N)).reshape(2, -1)
    for role, constant in (("embedding", 0.0), ("tokens", e[N])):
        expected = ((e[a] + e[b] + constant) @ h.T) ** 2 @ o.T
        np.testing.assert_allclose(
            logits(read(tmp_path, tensors, [f"embed.weight={role}"])), expected, rtol=1e-9, atol=1e-9
        )


def test_names_that_say_nothing_need_a_map(tmp_path: Path) -> None:
    saved = LAYOUTS["one_embedding_added_up"]()
    tensors = dict(zip("abc", saved.tensors.values(), strict=True))
    with pytest.raises(ValueError, match=r"names do not say which is which; if it is so, say --map"):
        read(tmp_path, tensors)
    effective = read(tmp_path, tensors, ["a=embedding", "b=hidden", "c=output"])
    np.testing.assert_allclose(logits(effective), saved.logits, rtol=1e-9, atol=1e-9)


def test_map_numbers_the_inputs(tmp_path: Path) -> None:
    saved = LAYOUTS["separate"]()
    u, v, w = saved.tensors.values()
    effective = read(tmp_path, {"x": v, "y": u, "w": w}, ["x=input2", "y=input1"])
    np.testing.assert_allclose(logits(effective), saved.logits, rtol=1e-9, atol=1e-9)


def test_map_leaves_out(tmp_path: Path) -> None:
    saved = side_by_side()
    tensors = {**saved.tensors, "extra": random(3)}
    with pytest.raises(ValueError, match=r"extra has no place in a network of one hidden layer; .*--map extra=ignore"):
        read(tmp_path, tensors)
    effective = read(tmp_path, tensors, ["extra=ignore"])
    assert "extra: left out" in effective.lines
    np.testing.assert_allclose(logits(effective), saved.logits, rtol=1e-9, atol=1e-9)


def test_integers_beside_weights_are_left_out(tmp_path: Path) -> None:
    saved = side_by_side()
    effective = read(tmp_path, {**saved.tensors, "steps": np.array(3), "mask": np.ones((2, 2), bool)})
    assert {"steps: left out", "mask: left out"} <= set(effective.lines)


def test_weights_of_bits(tmp_path: Path) -> None:
    first, bias, last = random(M, 4), random(M), random(2, M)
    task = SparseParity(4, 2)
    effective = read(tmp_path, {"0.weight": first, "0.bias": bias, "2.weight": last}, task=task)
    assert effective.bias is not None
    np.testing.assert_array_equal(effective.bias, bias)
    np.testing.assert_allclose(effective.network.logits(), (task.inputs() @ first.T) ** 2 @ last.T)


U, W = random(M, 2 * N), random(N, M)


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        (
            {"0.weight": U, "2.weight": random(M + 1, M), "4.weight": random(N, M + 1)},
            "3 layers in a row, expected one hidden .*--map",
        ),
        ({"0.weight": U, "2.weight": random(M, M), "4.weight": W}, "3 layers in a row, expected one hidden layer;"),
        ({"fc1.w": U, "middle": random(M, M), "fc2.w": W}, "middle has no place .*if the logits do not depend on it,"),
        ({"a.0": U, "a.2": W, "b.0": U, "b.2": W}, "these are 2 networks, a, b; expected one in a file"),
        ({"0.weight": U, "norm.weight": random(M), "2.weight": W}, "norm.weight: the file has normalisation"),
        (
            {"blocks.0.attn.W_Q": random(2, D, 3), "embed.W_E": random(N, D)},
            "W_Q: the file has attention, .*inspect_log",
        ),
        ({"0.weight": random(M, 2 * 11), "2.weight": random(11, M)}, "; n = 11 with k = 2 would fit;"),
        ({"0.weight": random(M, 3 * N), "2.weight": random(N, M)}, "; n = 7 with k = 3 would fit;"),
        ({"0.weight": random(5, 3)}, "no network of one hidden layer for addition of 2 inputs mod 7 has these shapes;"),
        ({"0.weight": U[:0], "2.weight": W[:, :0]}, r"0.weight has shape \(0, 14\), a width of 0, expected at least"),
        (
            {"0.weight": U, "2.weight": W, "scale": np.array(2.0)},
            r"scale has shape \(\), expected a vector or matrix; --",
        ),
        ({"0.weight": U * np.nan, "2.weight": W}, r"0.weight\[0, 0\] is nan, expected finite weights"),
        ({"0.weight": U, "2.weight": np.where(np.arange(M) == 3, np.inf, W)}, r"2.weight\[0, 3\] is inf, expected"),
    ],
)
def test_what_is_no_such_network_is_refused(tmp_path: Path, tensors: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(tmp_path, tensors)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("fc1.weight", "expected NAME=ROLE"),
        ("=input", "expected NAME=ROLE"),
        ("a=weights", "roles are input, embedding"),
        ("a=output2", "roles are input"),
        ("a=input:out", "with :in,out or :out,in where"),
    ],
)
def test_a_map_that_says_nothing_is_refused(argument: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse([argument])


def test_maps_are_of_tensors_and_once_each(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'a' twice"):
        parse(["a=input", "a=output"])
    with pytest.raises(ValueError, match=r"'fc3' is no tensor of this file, expected one of fc1.weight, fc2.weight"):
        read(tmp_path, side_by_side(), ["fc3=output"])
    with pytest.raises(ValueError, match="a network of one hidden layer, but not as --map says"):
        read(tmp_path, side_by_side(), ["fc1.weight=output"])
    assert parse(["a=b=hidden2:in,out"]) == {"a=b": Mapped("hidden", 2, "in,out")}


@pytest.mark.parametrize(
    ("matrix", "bias"), [("a.weight", "a.bias"), ("mlp.W_in", "mlp.b_in"), ("W1", "b1"), ("fc_weight", "fc_bias")]
)
def test_a_bias_is_named_like_its_matrix(matrix: str, bias: str) -> None:
    assert stem(matrix) == stem(bias)
    assert stem(matrix) != stem(f"other.{bias}")


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (
            "embed.weight emb_a.weight model.embed_tokens.weight tok_emb.weight E W_E transformer.wte.weight",
            "embedding",
        ),
        ("embeddings.0.weight token_embedding.weight embedding emb1.weight embed.W_E", "tokens"),
        ("unembed.weight lm_head.weight decoder.weight head.weight W_U out.weight readout.weight", "unembedding"),
        ("encoder.weight input.weight fc1.weight 0.weight U first", "input"),
        ("mlp.W_in fc1.weight linear.weight hidden", "hidden"),
        ("mlp.W_out fc2.weight 2.weight W out.weight", "projection"),
        ("fc2.weight 2.weight W head.weight unembed.weight out.weight", "output"),
    ],
)
def test_what_names_do_not_speak_against(names: str, role: str) -> None:
    assert all(suits(name, role) for name in names.split())


@pytest.mark.parametrize(
    ("names", "role"),
    [
        ("fc1.weight unembed.weight member.weight remember 0.weight W_U", "embedding"),
        ("embed.weight fc2.weight encoder.weight 2.weight", "unembedding"),
        ("unembed.weight out.weight lm_head.weight W_out", "input"),
        ("embed.weight unembed.weight W_out", "hidden"),
        ("embed.weight encoder.weight mlp.W_in", "output"),
        ("unembed.weight encoder.weight embed.weight", "projection"),
    ],
)
def test_what_names_speak_against(names: str, role: str) -> None:
    assert not any(suits(name, role) for name in names.split())


def test_many_inputs_are_no_trouble(tmp_path: Path) -> None:
    task = ModularAddition(2, 100_000)
    with pytest.raises(
        ValueError, match="no network of one hidden layer for addition of 100000 inputs mod 2 has these"
    ):
        read(tmp_path, side_by_side(), task=task)
