"""Representations with a small image: the order of the image, the special designs, the groups that need them."""

from __future__ import annotations

import numpy as np
import pytest

from margin.composition.special_designs import (
    UNNAMED,
    dihedral_images,
    image_order,
    special_design,
    special_images,
    special_name,
    special_size,
)
from margin.composition.tuple_designs import dihedral_bound
from margin.composition.width import counted_blocks, irrep_width
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.matrices import representations
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from margin.finite_groups.structure import AbelianStructure, DihedralStructure
from margin.minimal_width.exponents import is_large
from margin.networks.network import Network
from margin.tasks import parse
from margin.theory import construct, maximum_margin, widths
from tests.helpers.assertions import assert_max_margin


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "C13", "C12", "Dic3", "SD16", "C2xC4", "A4", "D8", "S4"])
def test_the_order_of_an_image_is_the_number_of_different_matrices(name: str) -> None:
    g = group(name)
    irreps = real_irreps(character_table(g))
    for irrep, rho in zip(irreps, representations(g, irreps), strict=True):
        assert image_order(g, irrep) == len({matrix.tobytes() for matrix in np.round(rho, 6) + 0.0})


@pytest.mark.parametrize(
    ("name", "k", "width", "bound"),
    [
        ("S3", 2, 12, 12), ("D4", 2, 14, 14), ("Q8", 2, 14, 14), ("D5", 2, 22, 22), ("D8", 2, 34, 34),
        ("Dic3", 2, 28, 23), ("Dic4", 2, 38, 30), ("Dic6", 2, 58, 50), ("SL(2,3)", 2, 88, 62), ("C4", 2, 6, 6),
        ("C3", 3, 9, 6), ("C4", 3, 16, 11), ("C2xC4", 2, 14, 12),
        ("C2xC3", 3, 29, 25), ("SD16", 2, 50, 38), ("S3", 3, 40, 21), ("Q8", 3, 76, 12),
        ("D5", 3, 76, 72), ("D6", 3, 84, 58),
    ],
)  # fmt: skip
def test_groups_with_small_images(name: str, k: int, width: int, bound: int | None) -> None:
    """Width and bound; and the network reaches the maximum margin on every input."""
    task = parse(f"group:{name}", k)
    counted = widths(task)
    assert counted.constructed == width
    assert counted.lower_bound == bound
    assert counted.minimal == (width if width == bound else None)
    network = construct(task)
    assert network.width == width
    assert_max_margin(network, task)


@pytest.mark.parametrize("name", ["D4", "D8", "C12", "C2xC4", "D400", "C400"])
@pytest.mark.parametrize("k", [2, 3])
def test_what_is_known_by_structure_is_what_is_enumerated(name: str, k: int) -> None:
    """Blocks, cut where some need fewer neurons, have the counts of the closed form's representations."""
    margin = maximum_margin(parse(f"group:{name}", k))
    parts = counted_blocks(margin)
    assert sum(block.count for block, _ in parts) == sum(block.count for block in margin.blocks)
    structure = margin.task.structure
    assert structure is not None
    few = sum(block.count for block, width in parts if width.design in ("D4", "order 3", "order 4"))
    assert few == sum(special_images(structure, k).values())
    assert sum(block.count for block, _ in counted_blocks(margin, "paper")) == sum(b.count for b in margin.blocks)
    if margin.task.group.order <= 24:
        g = group(name)
        images = [image_order(g, r) for r in real_irreps(character_table(g))[1:] if r.dimension == 2]
        commutant = 2 if isinstance(structure, AbelianStructure) else 1
        assert sum(special_name(2, commutant, k, image) is not None for image in images) == few


def test_elements_of_an_order() -> None:
    for orders in ((12,), (2, 4), (3, 3), (2, 2, 6)):
        structure = AbelianStructure(orders)
        g = group(structure.name)
        counts = np.bincount(np.array(g.class_orders)[g.class_of])
        assert [structure.elements_of_order(N) for N in range(1, len(counts))] == counts[1:].tolist()
        assert structure.elements_of_order(7) == 0
    assert special_images(DihedralStructure(6), 2) == special_images(DihedralStructure(8), 3) == {}


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8, 12])
@pytest.mark.parametrize("k", [2, 3])
def test_dihedral_images_are_counted_and_bounded(n: int, k: int) -> None:
    """Orders of rotations by enumeration; large groups known by their structure get the same bounds."""
    g = group(f"D{n}")
    orders = [image_order(g, r) // 2 for r in real_irreps(character_table(g))[1:] if r.dimension == 2]
    small = {N for N in orders if not is_large(N, k)}
    assert dihedral_images(DihedralStructure(n), k) == {2 * N: orders.count(N) for N in small}
    counted = sum(b.count * (w.lower_bound or 0) for b, w in counted_blocks(maximum_margin(parse(f"group:D{n}", k))))
    linear = len(real_irreps(character_table(g))) - 1 - len(orders)
    assert counted == linear * 2 ** (k - 1) + sum(dihedral_bound(k, N) or 0 for N in orders)
    assert dihedral_images(AbelianStructure((12,)), k) == {}


def test_bounds_do_not_depend_on_the_construction() -> None:
    """D4 inside a large dihedral group, whose published construction has more neurons: its bound is 8, not 10."""
    for k in (2, 3):
        task = parse("group:D400", k)
        assert widths(task, "paper").lower_bound == widths(task).lower_bound


def test_designs_that_do_not_exist() -> None:
    assert special_name(2, 1, 3, 8) is special_name(2, 2, 2, 5) is special_name(4, 4, 2, UNNAMED) is None
    assert special_name(4, 4, 3, 12) is special_name(8, 4, 2, 12) is special_name(4, 4, 2, 10) is None
    assert special_size(2, 1, 2, 6) is None
    rho = representations(group("S3"))[2]
    with pytest.raises(ValueError, match="special_design: dimension 2, commutant 1, k = 2, image of order 6"):
        special_design(rho, 1, 2, 6)


def test_images_change_the_width_of_a_representation() -> None:
    assert irrep_width(2, 1, 2, image=8).design == "D4"
    assert irrep_width(2, 1, 2, "paper", image=8) == irrep_width(2, 1, 2, "paper")
    assert irrep_width(2, 1, 2, image=6).lower_bound == 10
    assert irrep_width(2, 1, 2, image=8).lower_bound == irrep_width(2, 1, 2).lower_bound == 8
    assert irrep_width(4, 4, 2, image=12).constructed == 12
    assert irrep_width(4, 4, 2, image=UNNAMED).constructed == irrep_width(4, 4, 2).constructed == 16


@pytest.mark.parametrize(("name", "orders"), [("Dic6", {24, 8}), ("SL(2,3)", {UNNAMED}), ("SL(2,5)", {UNNAMED})])
def test_binary_polyhedral_groups_are_no_dicyclic_ones(name: str, orders: set[int]) -> None:
    """The binary tetrahedral group has the order of Dic6, and the binary icosahedral one that of Dic30."""
    g = group(name)
    on_quaternions = [r for r in real_irreps(character_table(g)) if (r.dimension, r.commutant) == (4, 4)]
    assert {image_order(g, r) for r in on_quaternions} == orders


def unwanted() -> set[tuple[int, int, int]]:
    """Exponents of e^(i (a + c)) times the parts of u_1^2, u_2^2 and u_1 u_2 that are not 0 (theory, 5.13)."""
    w, a, b, c, last = (np.array(x) for x in ((1, 0, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)))
    sums = [w, *(w + 2 * sign * x for sign in (1, -1) for x in (a, b, c, last))]
    sums += [w + s * x + t * y for s in (1, -1) for t in (1, -1) for x in (a, b) for y in (c, last)]
    return {(int(x[0]), int(x[1]), int(x[2])) for x in sums if x.any()}


def test_twelve_quaternions() -> None:
    """No unwanted exponent is divisible by 6 on the multiples of (1, 2, 4); on those of (1, 2, 3) one is."""
    assert len(unwanted()) == 20
    assert all((a + 2 * b + 4 * c) % 6 for a, b, c in unwanted())
    assert not all((a + 2 * b + 3 * c) % 6 for a, b, c in unwanted())


def test_fewer_than_twelve_quaternions_are_not_enough() -> None:
    """Without one of its tuples the network no longer has the maximum margin."""
    task = parse("group:Dic3", 2)
    network = construct(task)
    assert isinstance(network, Network)
    assert_max_margin(network, task)
    less = Network(network.task, network.U[:, :, :-1], network.W[:-1])
    assert less.normalised_margin() < 0.99 * network.normalised_margin()
