# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bring your weights
#
# Somebody trained a network and saved a checkpoint. What has it learnt, how far is it from the maximum margin, and
# what of that can be proved? Here are two such checkpoints, made with plain PyTorch in a few seconds each; put your
# own file in their place.
#
# Every cell runs by itself in this order, in about a minute: as `python bring_your_weights.py`, or opened as a notebook
# with jupytext. Needed: in a clone `pip install -c constraints.txt -e '.[train,figures]'`. The same by
# commands, without Python: docs/bring_your_weights.md.

# %%
import subprocess
import sys
from pathlib import Path

import torch

from margin import inspect_network, maximum_margin, parse
from margin.inspection.certificate import certificate_of
from margin.inspection.network import inspect_file
from margin.networks.activations import ReLU
from paper_figures.own.report import drawings

N, WIDTH = 13, 64
task = parse("mod:13", k=2)

# %% [markdown]
# ## 1. A checkpoint
#
# Addition mod 13 from all 169 pairs, both inputs one-hot; two linear layers, and between them x^2 or ReLU. Adam, cross
# entropy, weight decay: nothing here knows of the theory.


# %%
def trained(activation, biases, steps=1500):
    """A module of two linear layers that adds mod 13."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    a, b = torch.meshgrid(torch.arange(N), torch.arange(N), indexing="ij")
    x = torch.eye(N)[torch.stack([a, b], dim=2)].reshape(N * N, 2 * N)
    y = (a + b).flatten() % N
    module = torch.nn.Sequential()
    module.add_module("first", torch.nn.Linear(2 * N, WIDTH, bias=biases))
    module.add_module("last", torch.nn.Linear(WIDTH, N, bias=False))
    optimiser = torch.optim.AdamW(module.parameters(), lr=0.01, weight_decay=0.1)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(module.last(activation(module.first(x))), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return module


torch.save(trained(torch.square, biases=False).state_dict(), "square.pt")

# %% [markdown]
# ## 2. Inspected
#
# The file has two matrices and no word of what they are. The layout is found from their sizes and names, and said.

# %%
square = inspect_file("square.pt", task)
print(*square.effective.lines, sep="\n")
print("accuracy on all pairs:", square.margins.accuracy)
assert square.margins.accuracy == 1

# %% [markdown]
# ## 3. Margin
#
# How far the right label is ahead of the best wrong one at the worst pair, divided by the third power of the L_{2,3}
# norm. No network of any width exceeds gamma*, so the share says how much of what is possible was reached.

# %%
share = square.normalised.share
print("gamma* =", maximum_margin(task).exact)
print(f"this network: {square.normalised.value:.6f}, {share:.4f} of it")
assert 0.3 < share <= 1

# %% [markdown]
# ## 4. Frequencies
#
# Each neuron is a cosine of some frequency, more or less. A network of maximum margin has all six frequencies, with
# the same mass each.

# %%
clusters = square.neurons.clusters
live = clusters.live
print("live neurons:", int(live.sum()), "of", WIDTH)
print("neurons by frequency:", dict(zip(range(1, 7), clusters.sizes.tolist(), strict=True)))
power = square.neurons.features.power[live]
print(f"share of a live neuron's squared norm at its own frequency, in the mean: {power.mean():.4f}")
assert (clusters.sizes > 0).sum() >= 5

# %% [markdown]
# ## 5. Pictures
#
# The heaviest neurons, each against z a mod n, where z is its own frequency: a cosine of any frequency is one period.

# %%
pictures = {drawing.name: drawing for drawing in drawings(square)}
print("pictures:", *pictures)
pictures["weights"]

# %% [markdown]
# The phase of w against the sum of the phases of u and v. In a network of maximum margin they agree.

# %%
pictures["phases"]

# %% [markdown]
# Neurons and mass by frequency, beside those of a network of maximum margin.

# %%
pictures["frequencies"]

# %% [markdown]
# ## 6. Certificate
#
# What the weights reach can be proved: gamma* is at least the margin that these weights, rounded, really have. The
# checker that reads the file has no code in common with what wrote it, and needs nothing but Python.

# %%
certified = certificate_of(square.effective, task)
print(certified.claim)
place = Path("weights.json")
place.write_bytes(certified.content)
checker = Path(sys.modules["margin"].__file__ or "").parents[1] / "proofs_check" / "check.py"
answer = subprocess.run([sys.executable, "-I", "-S", checker, place], capture_output=True, text=True, check=False)
print(answer.stdout.strip())
assert answer.returncode == 0
assert answer.stdout.startswith("VERIFIED")
assert certified.gamma is not None
assert 0.99 * share < float(certified.gamma) / float(maximum_margin(task)) < 1.01 * share

# %% [markdown]
# ## 7. ReLU, with biases
#
# gamma* is that of networks with x^2, so there is no share to give for another activation, and the answer says why.
# What the network computes is certified all the same: how many inputs are right, and by how much.

# %%
torch.save(trained(torch.relu, biases=True).state_dict(), "relu.pt")
relu = inspect_file("relu.pt", task, ReLU())
print("accuracy:", relu.margins.accuracy, "; share of gamma*:", relu.normalised.share, "as", relu.normalised.why)
print(certificate_of(relu.effective, task).claim)
assert relu.margins.accuracy == 1
assert relu.normalised.share is None

# %%
{drawing.name: drawing for drawing in drawings(relu)}["weights"]

# %% [markdown]
# ## 8. Arrays of your own
#
# Weights that no file holds go in as arrays: U (k, n, m) from the inputs, W (m, n) to the labels.

# %%
weights = torch.load("square.pt", weights_only=True)
U, W = weights["first.weight"].T.reshape(2, N, WIDTH), weights["last.weight"].T
again = inspect_network(task, U, W)
print(f"{again.normalised.share:.6f} of gamma*, as from the file")
assert again.normalised.share == share
