"""Networks of plain PyTorch, as saved, inspected from three kinds of files; plain PyTorch confirms every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from margin import maximum_margin, parse
from tests.helpers.assertions import assert_not_refused
from tests.helpers.command_line import call
from tests.training.inspection.networks import NETWORKS, build, population, trained


@dataclass(frozen=True)
class Case:
    """A trained module, and the logits of the population that PyTorch computes with its weights in float64."""

    name: str
    module: nn.Module
    logits: torch.Tensor
    labels: torch.Tensor

    @property
    def gaps(self) -> torch.Tensor:
        """f[label] - f[best other], one for each input."""
        rows = torch.arange(len(self.labels))
        others = self.logits.clone()
        others[rows, self.labels] = -torch.inf
        return self.logits[rows, self.labels] - others.max(1).values


@pytest.fixture(scope="module", params=NETWORKS)
def case(request: pytest.FixtureRequest) -> Case:
    name = str(request.param)
    n, k, _, _ = NETWORKS[name]
    module = trained(name)
    inputs, labels = population(n, k)
    state = {key: tensor.clone() for key, tensor in module.state_dict().items()}
    with torch.no_grad():
        logits = module.double()(inputs)
    module.float().load_state_dict(state)
    return Case(name, module, logits, labels)


def saved(case: Case, folder: Path, suffix: str) -> str:
    path, state = folder / f"net{suffix}", case.module.state_dict()
    if suffix == ".pt":
        torch.save(state, path)
    elif suffix == ".npz":
        np.savez(path, **{name: tensor.numpy() for name, tensor in state.items()})
    else:
        save_file(state, path)
    return str(path)


@pytest.mark.parametrize("suffix", [".pt", ".npz", ".safetensors"])
def test_the_answers_are_those_of_plain_pytorch(case: Case, suffix: str, tmp_path: Path) -> None:
    n, k, activation, _ = NETWORKS[case.name]
    task = ("--task", f"mod:{n}", "--k", str(k), "--activation", activation)
    answer = call(saved(case, tmp_path, suffix), *task, "--json", module="margin.inspect")
    assert_not_refused(answer)
    result = json.loads(answer.out)
    gaps = case.gaps
    assert result["correct"] == int((gaps > 0).sum())
    assert result["accuracy"] == pytest.approx(float((case.logits.argmax(1) == case.labels).double().mean()))
    assert result["least_logit_margin"] == pytest.approx(float(gaps.min()), rel=1e-9)
    order = gaps.argsort()[:10]
    assert [row["margin"] for row in result["tightest"]] == pytest.approx(gaps[order].tolist(), rel=1e-9)
    first = result["tightest"][0]
    assert sum(a * n ** (k - 1 - j) for j, a in enumerate(first["input"])) == int(order[0])
    right, wrong = (float(case.logits[order[0], first[key]]) for key in ("label", "wrong"))
    assert right - wrong == pytest.approx(first["margin"], rel=1e-9)
    _confirm_normalised(case, result)
    _confirm_frequencies(case, result)


def effective(case: Case) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights of elements (k, n, m) and of labels (m, n), by PyTorch; biases apart."""
    n, k, _, _ = NETWORKS[case.name]
    state = {name: tensor.double() for name, tensor in case.module.state_dict().items()}
    if "embed.weight" in state:
        hidden = state["up.weight"] if case.name == "tied" else state["linear1.weight"]
        U = torch.stack([state["embed.weight"] @ half.T for half in hidden.chunk(2, 1)])
        W = state["embed.weight"] @ state["down.weight"] if case.name == "tied" else state["linear2.weight"]
    else:
        U, W = torch.stack([part.T for part in state["net.0.weight"].split(n, 1)]), state["net.2.weight"]
    for name in ("net.0.bias", "linear1.bias"):
        if name in state:
            U = U + state[name] / k
    return U, W.T


def _confirm_normalised(case: Case, result: dict[str, object]) -> None:
    n, k, activation, _ = NETWORKS[case.name]
    U, W = effective(case)
    degree = 2 if activation == "relu" else k + 1
    hidden = sum(U[j][column] for j, column in enumerate(population(n, k)[0].T))
    assert isinstance(hidden, torch.Tensor)
    logits = (hidden.relu() if activation == "relu" else hidden**k) @ W  # without the bias of the logits
    size = ((U**2).sum((0, 1)) + (W**2).sum(1)) ** (degree / 2)
    value = float(Case(case.name, case.module, logits, case.labels).gaps.min() / size.sum())
    assert result["normalised_margin"] == pytest.approx(value, rel=1e-9)
    if case.name in ("square", "mod59", "tied", "cube"):
        gamma = float(maximum_margin(parse(f"mod:{n}", k)))
        assert result["share_of_maximum"] == pytest.approx(value / gamma, rel=1e-9)
        assert result["why"] is None
    else:
        assert result["share_of_maximum"] is None
        assert result["why"]


def _confirm_frequencies(case: Case, result: dict[str, object]) -> None:
    """The dominant frequency of each neuron by the discrete Fourier transform of PyTorch."""
    U, W = effective(case)
    power = torch.fft.rfft(torch.cat([U, W.T[None]]), dim=1).abs().square().sum(0)[1:]
    neurons = result["neurons"]
    assert isinstance(neurons, list)
    assert [neuron["frequency"] for neuron in neurons] == (power.argmax(0) + 1).tolist()


def test_another_network_has_other_answers(tmp_path: Path) -> None:
    """The comparison above would see weights that differ a little."""
    results = []
    for factor in (1.0, 1.001):
        state = {name: tensor * factor for name, tensor in build("square").state_dict().items()}
        torch.save(state, tmp_path / "net.pt")
        task = ("--task", "mod:17", "--k", "2", "--activation", "x^2")
        results.append(json.loads(call(str(tmp_path / "net.pt"), *task, "--json", module="margin.inspect").out))
    assert results[0]["least_logit_margin"] != pytest.approx(results[1]["least_logit_margin"], rel=1e-9)
    assert results[0]["normalised_margin"] == pytest.approx(results[1]["normalised_margin"], rel=1e-5)


def test_they_have_learnt_something(case: Case) -> None:
    assert float((case.gaps > 0).double().mean()) > 0.9
