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
# # From a clock to a cosine
#
# A clock adds: 9 hours after 5 o'clock it is 2. That is addition mod 12. A network with one hidden layer that
# learns it from all 144 pairs ends with neurons that are pure cosines. This page says why, and checks each step.
#
# Every cell runs by itself in this order, in about a minute: as `python from_a_clock_to_a_cosine.py`, or opened as a
# notebook with jupytext. Needed: in a clone `pip install -c constraints.txt -e '.[train,figures]'`.

# %%
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from margin import certificate, check, construct, inspect_network, maximum_margin, parse, widths
from margin.analysis.cosines import cosine_fit
from margin.analysis.phases import phase_residuals
from paper_figures.own.report import drawings

HOURS, STEPS = 12, 1500
task = parse("mod:12", k=2)

# %% [markdown]
# ## 1. Prediction
#
# The network is f(a, b)[c] = sum over neurons of (u(a) + v(b))^2 w(c). Its margin at a pair is how far the right
# label is ahead of the best wrong one; divided by the third power of its L_{2,3} norm it does not change when all
# weights grow together. There is a largest normalised margin, gamma*, and it is known exactly.

# %%
predicted = maximum_margin(task)
print("gamma* =", predicted.exact, "=", float(predicted))
for block in predicted.blocks:
    print(f"frequencies {list(block.frequencies or [])}: share of the mass {float(block.mass):.4f} each")
assert np.isclose(float(predicted), (10 * np.sqrt(2) - 1) / 1791)

# %% [markdown]
# Frequencies 1 to 5 are rotations of the clock, frequency 6 tells even hours from odd ones and costs less: that is
# why even moduli have a larger margin than odd ones.
#
# ## 2. Construction
#
# A network that reaches gamma*, with as few neurons as are known. All its neurons are cosines of one frequency z
# each, and their phases add up: theta_u + theta_v = theta_w.

# %%
built = construct(task)
assert built.normalised_margin() == predicted.exact  # exactly, no floating point
print(widths(task).constructed, "neurons reach it; at least", widths(task).lower_bound, "are needed")
numeric = built.numeric()
print("labels of 5 + 9 and 11 + 11:", [int(numeric.logits(pair).argmax()) for pair in ([5, 9], [11, 11])])

# %% [markdown]
# No network does better. The proof has two halves, and both are checked in exact arithmetic: the network above, and
# weights on the wrong labels under which no single neuron is worth more than gamma*.

# %%
result = check(predicted)
for text, holds in result.statements:
    print("yes" if holds else "NO", text)
assert result.passed

# %% [markdown]
# ## 3. Training
#
# From random weights, by Adam. What is minimised is a soft minimum of the margins of all pairs and wrong labels,
# divided by the third power of the L_{2,3} norm, that grows sharper. Nothing about cosines is put in.

# %%
torch.manual_seed(0)
torch.set_num_threads(1)
a, b = torch.meshgrid(torch.arange(HOURS), torch.arange(HOURS), indexing="ij")
first, second = torch.eye(HOURS)[a.flatten()], torch.eye(HOURS)[b.flatten()]
labels = (a + b).flatten() % HOURS
wrong = torch.nn.functional.one_hot(labels, HOURS) == 0
u, v, w = (torch.nn.Parameter(0.3 * torch.randn(HOURS, 128)) for _ in range(3))
optimiser = torch.optim.Adam([u, v, w], lr=0.03)
schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: (1 - step / STEPS) ** 2)
shares = []
for step in range(STEPS):
    sharpness = 10 * 300 ** (step / STEPS) / float(predicted)
    logits = (first @ u + second @ v) ** 2 @ w.T
    mass = ((u**2 + v**2 + w**2).sum(0) ** 1.5).sum()
    margins = (logits.gather(1, labels[:, None]) - logits)[wrong] / mass
    loss = torch.logsumexp(-sharpness * margins, 0) / sharpness / float(predicted)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()
    if step % 500 == 0 or step == STEPS - 1:
        U = torch.stack([u, v]).detach().double().numpy()
        W = w.detach().double().numpy().T
        shares.append(inspect_network(task, U, W).normalised.share)
        print(f"step {step:4}: {shares[-1]:8.5f} of gamma*")

# %% [markdown]
# ## 4. Margin
#
# No run may exceed gamma*, and this one comes near it. Each neuron that is left is one cosine, and its phases add up.

# %%
assert max(shares) <= 1 + 1e-9
assert shares[0] < 0.5 < 0.98 < shares[-1]
vectors = np.concatenate([U, W.T[None]])
norms = np.sqrt((vectors**2).sum((0, 1)))
live = norms > 0.05 * norms.max()
frequencies = np.array([inspect_network(task, U, W).neurons.features.dominant[i] + 1 for i in np.flatnonzero(live)])
fits = [cosine_fit(vectors[0][:, i], int(z)) for i, z in zip(np.flatnonzero(live), frequencies, strict=True)]
apart = np.abs(phase_residuals(vectors[:, :, live], frequencies))
print(f"{live.sum()} neurons are left, with the frequencies {sorted(set(frequencies.tolist()))}")
print(f"a cosine is at least {min(fit.share for fit in fits):.4f} of each u")
print(f"theta_u + theta_v - theta_w: {np.median(apart):.1e} turns in the median")
assert sorted(set(frequencies.tolist())) == [1, 2, 3, 4, 5, 6]
assert np.median(apart) < 0.01

# %% [markdown]
# The heaviest neurons, each against z a mod 12, where z is its own frequency: one period of a cosine. At frequency 6
# there are two values, for even hours and for odd ones.

# %%
pictures = {drawing.name: drawing for drawing in drawings(inspect_network(task, U, W))}
pictures["weights"]

# %% [markdown]
# The phase of w against the sum of the phases of u and v.

# %%
pictures["phases"]

# %% [markdown]
# ## 5. Certificate
#
# The last word is not this program's. The certificate of gamma* is a file that a checker reads which shares no code
# with what wrote it, and needs nothing but Python.

# %%
place = Path("clock.json")
place.write_bytes(certificate(predicted))
checker = Path(sys.modules["margin"].__file__ or "").parents[1] / "proofs_check" / "check.py"
answer = subprocess.run([sys.executable, "-I", "-S", checker, place], capture_output=True, text=True, check=False)
print(answer.stdout.strip())
assert answer.returncode == 0
assert answer.stdout.startswith("VERIFIED")

# %% [markdown]
# One digit changed, and it is refused.

# %%
place.write_bytes(place.read_bytes().replace(b'"n":12', b'"n":13'))
forged = subprocess.run([sys.executable, "-I", "-S", checker, place], capture_output=True, text=True, check=False)
print(forged.stdout.strip()[:100])
assert forged.returncode != 0
