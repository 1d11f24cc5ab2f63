"""Classes of wrong labels: they partition everything, and the symmetries keep them."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from margin.shared.classes import representative, units, wrong_labels


@pytest.mark.parametrize(("n", "k"), [(2, 2), (5, 2), (6, 2), (9, 2), (4, 3), (5, 3)])
def test_shifts_permutations_and_units_keep_a_class(n: int, k: int) -> None:
    for inputs in product(range(n), repeat=k):
        for offset in range(1, n):
            here = representative(n, inputs, offset)
            for unit in units(n):
                moved = tuple((unit * a + 3) % n for a in inputs)
                assert all(representative(n, order, unit * offset % n) == here for order in permutations(moved))


@pytest.mark.parametrize(("n", "k"), [(5, 2), (6, 2), (5, 3)])
def test_every_wrong_label_has_a_class_and_every_class_a_member(n: int, k: int) -> None:
    every = {representative(n, inputs, e) for inputs in product(range(n), repeat=k) for e in range(1, n)}
    assert sorted(every) == list(wrong_labels(n, k))


def test_a_prime_has_the_classes_of_equal_inputs_and_of_ratios() -> None:
    assert [len(wrong_labels(n, 2)) for n in (3, 5, 7, 11)] == [2, 3, 4, 6]  # 1 + (n - 1) / 2
    assert representative(7, (0, 1), 1) != representative(7, (0, 1), 2)
