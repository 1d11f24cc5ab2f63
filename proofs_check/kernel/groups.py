"""The group that permutations generate, element by element; formats/COMPOSITION.md, section 4."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

from proofs_check.kernel.form import fail

MOST_ORDER, MOST_POINTS = 10_000, 10**7  # MOST_POINTS: order times degree


class Group:
    """Elements by number, conjugacy classes, rational classes. `spend` counts the steps of work."""

    def __init__(self, generators: list[list[int]], spend: Callable[[int], None]) -> None:
        degree = len(generators[0])
        self.elements, self.parents, self.number = [tuple(range(degree))], [(0, 0)], {tuple(range(degree)): 0}
        self.left: list[list[int]] = [[] for _ in generators]  # numbers of s g, s a generator, by the number of g
        for i, g in enumerate(self.elements):  # grows while we go
            spend(degree * len(generators))
            for s, images in enumerate(generators):
                product = tuple(map(g.__getitem__, images))
                number = self.number.setdefault(product, len(self.elements))
                if number == len(self.elements):
                    self.elements.append(product)
                    self.parents.append((s, i))
                self.left[s].append(number)
            if len(self.elements) > MOST_ORDER or len(self.elements) * degree > MOST_POINTS:
                fail("task.generators", "a larger group", f"order <= {MOST_ORDER}, order * points <= {MOST_POINTS}")
        self.order = len(self.elements)
        self._conjugacy_classes()
        self._rational_classes(spend)

    def times(self, x: int) -> list[int]:
        """The number of h x for each h."""
        table = [x]
        for s, parent in self.parents[1:]:
            table.append(self.left[s][table[parent]])
        return table

    def _conjugacy_classes(self) -> None:
        maps = []  # g to s g s^-1, the h with h s = s g
        for row in self.left:
            back = dict(zip(self.times(row[0]), range(self.order), strict=True))
            maps.append([back[product] for product in row])
        self.classes, rest = list[list[int]](), set(range(self.order))
        while rest:
            members = [rest.pop()]
            for g in members:  # grows while we go
                new = rest.intersection(images[g] for images in maps)
                rest -= new
                members += new
            self.classes.append(members)
        self.class_of = {g: c for c, members in enumerate(self.classes) for g in members}

    def _rational_classes(self, spend: Callable[[int], None]) -> None:
        """By the smallest element of each: its members, the table of h x, the square of x."""
        self.rational, self.sizes, squares = [-1] * self.order, list[int](), []
        self.tables = list[list[int]]()  # numbers of h x, x the smallest element of each rational class
        for x in sorted(range(self.order), key=self.elements.__getitem__):
            if self.rational[x] < 0:
                spend(4 * self.order)
                table, powers = self.times(x), [0]
                while table[powers[-1]] != 0:
                    powers.append(table[powers[-1]])
                classes = {self.class_of[g] for m, g in enumerate(powers) if gcd(m, len(powers)) == 1}
                members = [g for c in classes for g in self.classes[c]]
                for g in members:
                    self.rational[g] = len(self.sizes)
                self.sizes.append(len(members))
                self.tables.append(table)
                squares.append(powers[2 % len(powers)])
        self.roots = [0] * len(self.sizes)  # how many elements have their square in each rational class
        for size, square in zip(self.sizes, squares, strict=True):
            self.roots[self.rational[square]] += size

    def matrix(self, separator: list[int]) -> list[list[int]]:
        """Row j, column l: the coefficient of class l in z K_j, z = sum_i separator_i K_i."""
        result = [[0] * len(self.sizes) for _ in self.sizes]
        weights = [separator[c] for c in self.rational]
        for column, table in enumerate(self.tables):
            for product, weight in zip(table, weights, strict=True):
                result[self.rational[product]][column] += weight
        return result

    def quotients(self, spend: Callable[[int], None]) -> list[int]:
        """By rational class: how many g x^-1 lie in it, g conjugate to x, x one element of each conjugacy class."""
        counts = [0] * len(self.sizes)
        for members in self.classes:
            images = self.elements[members[0]]
            inverse = sorted(range(len(images)), key=images.__getitem__)
            for g in members:
                spend(len(images))
                counts[self.rational[self.number[tuple(map(inverse.__getitem__, self.elements[g]))]]] += 1
        return counts
