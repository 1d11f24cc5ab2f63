"""The group that permutations generate, its classes and its rational classes; formats/COMPOSITION.md, section 4.

Elements are numbered as they are found; each but the identity is a generator times one found before it, so that a
product by the same element from the right costs one look-up for each element.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable

from proofs_check.second.form import form

Permutation = tuple[int, ...]
MAX_ORDER, MAX_ENTRIES = 10_000, 10**7


def product(g: Permutation, h: Permutation) -> Permutation:
    """First g, then h."""
    return tuple(map(h.__getitem__, g))


class Group:
    """The elements, rational classes numbered by their smallest element, and products with one element of each.

    `spend` is told the steps of work before they are done. Stop for an order or a size beyond the limits.
    """

    def __init__(self, generators: list[list[int]], spend: Callable[[int], None]) -> None:
        self.spend, self.generators = spend, [tuple(g) for g in generators]
        self.degree = len(generators[0])
        self.enumerate()
        self.order = len(self.elements)
        form(self.order > 1, "task.generators", "a group of at least 2 elements is wanted")
        self.conjugate()
        self.rationalise()
        self.sizes = [self.rational.count(j) for j in range(len(self.rows))]

    def enumerate(self) -> None:
        """Elements, their numbers, their origins, and the number of generator times element for each of both."""
        identity = tuple(range(self.degree))
        self.elements, self.numbers, self.origins = [identity], {identity: 0}, [(0, 0)]
        self.from_left: list[list[int]] = [[] for _ in self.generators]
        for i, element in enumerate(self.elements):  # which grows on the way
            self.spend(self.degree * len(self.generators))
            for t, generator in enumerate(self.generators):
                new = product(generator, element)
                number = self.numbers.setdefault(new, len(self.elements))
                self.from_left[t].append(number)
                if number == len(self.elements):
                    self.elements.append(new)
                    self.origins.append((t, i))
                    small = number < MAX_ORDER and (number + 1) * self.degree <= MAX_ENTRIES
                    form(small, "task.generators", "a smaller group is wanted")

    def times(self, x: int) -> array[int]:
        """By the number of g, the number of g times the element x."""
        out = array("H", [x])
        for t, i in self.origins[1:]:
            out.append(self.from_left[t][out[i]])
        return out

    def conjugate(self) -> None:
        """Conjugacy classes: the orbits under y -> x with t y = x t, for all generators t."""
        images = []
        for row in self.from_left:
            before = array("H", bytes(2 * self.order))
            for y, number in enumerate(row):
                before[number] = y
            images.append([before[number] for number in self.times(row[0])])
        self.classes, self.class_of = list[list[int]](), [-1] * self.order
        for first in range(self.order):
            if self.class_of[first] < 0:
                members, self.class_of[first] = [first], len(self.classes)
                for x in members:  # which grows on the way
                    for image in images:
                        if self.class_of[image[x]] < 0:
                            self.class_of[image[x]] = len(self.classes)
                            members.append(image[x])
                self.classes.append(members)

    def rationalise(self) -> None:
        """Rational classes in the order of their smallest elements, from the powers of these."""
        self.rows: list[array[int]] = []
        self.rational = [-1] * self.order
        for x in sorted(range(self.order), key=self.elements.__getitem__):
            if self.rational[x] < 0:
                self.spend(4 * self.order)
                row = self.times(x)
                powers = [x]
                while powers[-1]:
                    powers.append(row[powers[-1]])
                for s, power in enumerate(powers, 1):
                    if math.gcd(s, len(powers)) == 1:
                        for y in self.classes[self.class_of[power]]:
                            self.rational[y] = len(self.rows)
                self.rows.append(row)

    def column(self, separator: list[int], x: int) -> list[int]:
        """M_jl of rule CENTRAL for all j, with l = x: separators summed over the h with h x_l in class j."""
        out = [0] * len(self.rows)
        for j, number in zip(self.rational, self.rows[x], strict=True):
            out[self.rational[number]] += separator[j]
        return out

    def quotients(self) -> list[int]:
        """q_j of rule DEGREES: pairs of a conjugacy class and an element of it whose quotient by x_C is in class j."""
        out = [0] * len(self.rows)
        for members in self.classes:
            x = self.elements[members[0]]
            inverse = tuple(sorted(range(self.degree), key=x.__getitem__))
            for g in members:
                out[self.rational[self.numbers[product(self.elements[g], inverse)]]] += 1
        return out

    def squares(self) -> list[int]:
        """b_j of rule INDICATORS: elements whose square is in class j."""
        out = [0] * len(self.rows)
        for g in self.elements:
            out[self.rational[self.numbers[product(g, g)]]] += 1
        return out
