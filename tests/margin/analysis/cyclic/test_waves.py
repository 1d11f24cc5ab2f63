"""Vectors with some of their frequencies alone: all together are the vector less its mean, and none is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.cyclic.neurons import of_frequencies


@pytest.mark.parametrize("n", [2, 3, 6, 11])
def test_all_waves_together_are_the_vectors(n: int) -> None:
    vectors = np.random.default_rng(0).standard_normal((2, n))
    varying = vectors - vectors.mean(1, keepdims=True)
    order = np.random.default_rng(1).permutation(n // 2) + 1
    parts = [of_frequencies(vectors, order[:count].tolist()) for count in range(n // 2 + 1)]
    assert np.allclose(parts[0], 0)
    assert np.allclose(parts[-1], varying)
    rest = [float(((varying - part) ** 2).sum()) for part in parts]
    assert rest == sorted(rest, reverse=True)
    assert np.allclose(sum(of_frequencies(vectors, [f]) for f in order.tolist()), varying)


@pytest.mark.parametrize("kept", [[0], [6], [1, -1]])
def test_other_frequencies_are_refused(kept: list[int]) -> None:
    with pytest.raises(ValueError, match=r"expected some of 1..5"):
        of_frequencies(np.arange(11.0), kept)
