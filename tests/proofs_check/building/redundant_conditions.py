"""Changes of the kernel that no file can tell, with the reasons; names as in `checker_mutants.changes`."""

from __future__ import annotations

_ASCENDING = "max(found, default=0) < term[0]"
_ORDER = "len(self.elements) > MOST_ORDER"
_POINTS = "len(self.elements) * degree > MOST_POINTS"
_SENT = "raise Malformed(f'got more, expected at most {MOST_BYTES} bytes')"
_BYTES = "form.(MOST_BYTES, MOST_BITS)"
_SIZE = "groups.(MOST_ORDER, MOST_POINTS)"
_WIDTH = "width.(MOST_PRODUCTS, MOST_WAITING)"
_ORDERS = "f'order {short(self.order)}' if self.order else f'every order above {2 * k}, or odd and above {k}'"
_DIHEDRAL = "f'order {short(self.order)}' if self.order else f'every even order above {2 * k}, or odd above {k}'"
_TERMS = "(n - 1) * n ** (k - 1) * k ** k"
_CUBES = "sum((m ** 3 for m in sizes))"
_MONOMIALS = "f'monomials whose numbers have cubes of sum at most {MOST_CUBES}'"
_WORK = "shared.(MOST_GAPS, MOST_KERNEL, MOST_CUBES)"
_GAPS = "len(listed) * len(ring.classes) * n * ring.phi"
_EXTRA = "fail('dual.extra', extra,"

REASONS: dict[str, set[str]] = {
    "roots are the same, however many are remembered": {
        "numbers._root: lru_cache(4096) -> lru_cache(4097)",
    },
    "an enclosure that begins or ends at 0 tells the sign of a number that is not 0": {
        "numbers.sign: low >= 0 -> low > 0",
        "numbers.sign: low >= 0 -> low >= 1",
        "numbers.sign: high <= 0 -> high < 0",
    },
    "callers compare the sign with 0, and of the ends of an enclosure only the signs count": {
        "numbers.sign: -1 -> -2",
        "numbers.sign: -1 -> -2 (2)",
        "numbers.sign: (-1, 1) -> (-1, 2)",
        "numbers.sign: q * end > 0 -> q * end >= 0",
        "composition.Composition._claim: (lower, 1, 'at most') -> (lower, 2, 'at most')",
        "composition.Composition._claim: -1 -> -2",
    },
    "the root of a positive square is not 0": {
        "composition.Composition._root: sign(got, MOST_SIGN_BITS) > 0 -> sign(got, MOST_SIGN_BITS) >= 0",
        "parity.Dual.bound: sign(self.upper) > 0 -> sign(self.upper) >= 0",
    },
    "the limit itself is not squarefree": {
        f"numbers.terms: {_ASCENDING} < limits.radicand -> {_ASCENDING} <= limits.radicand",
    },
    "a longer list is refused later; the limit saves reading it": {
        "addition.Addition._read_claim: entries(NUMBER, 2) -> entries(NUMBER, 3)",
        "addition.Dual.__init__: entries(self._read, 2) -> entries(self._read, 3)",
        "blocks.Blocks.__init__: entries(self._read, 2) -> entries(self._read, 3)",
        "shared.Shared.__init__: entries(fraction, 2) -> entries(fraction, 3)",
    },
    "one point has only the group of one element, which is refused later": {
        "composition.Composition._check_form: 1 <= len(points) <= MOST_DEGREE -> 1 < len(points) <= MOST_DEGREE",
        "composition.Composition._check_form: 1 <= len(points) <= MOST_DEGREE -> 2 <= len(points) <= MOST_DEGREE",
    },
    "only a text is equal to a text": {
        "form.one_of: isinstance(value, str) and value in texts -> value in texts",
    },
    "values that are always stated before they are used": {
        "statements.Statements.__init__: (0, Fraction(0), list[Fraction]()) -> (1, Fraction(0), list[Fraction]())",
        "statements.Statements.__init__: Fraction(0) -> Fraction(1)",
        "shared.Shared.run: (0, Fraction(0)) -> (1, Fraction(0))",
        "shared.Shared.run: Fraction(0) -> Fraction(1)",
        "shared.Shared.run: Fraction(0) -> Fraction(1) (2)",
    },
    "it stands in a message alone": {
        "composition.Composition._dual: enumerate(self.orbits[1:], 1) -> enumerate(self.orbits[1:], 2)",
        "parity.Primal.bound: Fraction(1, self.patterns) -> Fraction(2, self.patterns)",
    },
    "nobody asks for the parent of the identity, and its class is met once": {
        "groups.Group.__init__: (0, 0) -> (0, 1)",
        "groups.Group.__init__: (0, 0) -> (1, 0)",
        "groups.Group._rational_classes: -1 -> -2",
        "groups.Group._rational_classes: self.rational[x] < 0 -> self.rational[x] < 1",
        "groups.Group._rational_classes: self.rational[x] < 0 -> self.rational[x] <= 0",
    },
    "a number does not divide a smaller one": {
        "blocks.PhaseList.__init__: whole + 1 -> whole + 2",
    },
    "all orders above 2k separate the same exponents": {
        "blocks.PhaseList._orders: 2 * self.k + 1 -> 2 * self.k + 2 (2)",
        "blocks.PhaseList._orders: 2 * self.k -> 3 * self.k (3)",
    },
    "cosines are even": {
        "blocks.PhaseList._expansion: m[j] + step -> m[j] - step",
    },
    "the sums and what they have to be are multiplied alike": {
        "blocks.PhaseList._expansion: {(0,) * self.k: 1} -> {(0,) * self.k: 2}",
        "blocks.PhaseList._expansion: terms.get(key, 0) + coefficient -> terms.get(key, 0) - coefficient",
    },
    "a root of 0 is below the root of a positive norm": {
        "weights.Weights._root_bound: root >= 0 -> root > 0",
    },
    "a power that is made and not used": {
        "weights.LargeWeights._gaps_of_three: range(3) -> range(4)",
    },
    "the sums are the same, however often they are collected": {
        *(f"{_WIDTH}: 2 ** 18 -> {other}" for other in ("3 ** 18", "2 ** 19", "2 * 18")),
        "width.Block.sums: len(waiting) > MOST_WAITING -> len(waiting) >= MOST_WAITING",
        "width.Block.sums: _collect(waiting, total, counts) -> left out",
    },
    "the coefficients of a power count by their ratios, and with m it has -m": {
        "width.Orbits.__init__: {(0,) * k: 1} -> {(0,) * k: 2}",
        "width.Orbits.__init__: m[j] + step -> m[j] - step",
        "width.Orbits.__init__: x + 1 -> x - 1",
    },
    "the sum at 0 is taken apart before, and no orbit is linked with itself but by equal weights": {
        "width.Orbits.__init__: len(weighed) == 1 and first != self.mean -> len(weighed) == 1",
        "width.Orbits.__init__: len(weighed) == 2 and first != last -> len(weighed) == 2",
        "dihedral.vanishing: k + 1 -> k + 2 (3)",
        "dihedral.vanishing: k + 1 -> k - 1 (3)",
    },
    "entries are moved by any number that keeps digits apart": {
        "width.(BASE, SHIFT, HALF): (64, 32, 64 ** 3) -> (64, 33, 64 ** 3)",
    },
    "coefficients come in pairs, so that the mean is even": {
        "width.Width.run: mean > 0 -> mean > 1",
    },
    "exponents whose sizes add up to at most k have none above k": {
        "dihedral.vanishing: k + 1 -> k + 2",
    },
    "with m the power has -m, and every choice of signs is tried": {
        "dihedral.vanishing: x + y -> x - y",
        "dihedral.vanishing: sums[0] + first -> sums[0] - first",
        "dihedral.vanishing: sums[k] + 1 -> sums[k] - 1",
    },
    "an input is a shift of one that has a 1, as of one that has a 0": {
        "shared.Ring.inputs: (0, *rest) -> (1, *rest)",
    },
    "a number above 1 has a prime divisor up to itself": {
        "shared.moebius: n + 1 -> n + 2",
    },
    "with d, -d is in the list of all classes, and the least gap of all is asked for": {
        "shared.Primal._gap: right - v * d -> right + v * d",
    },
    "the codes of different products differ all the same, and orbits are only compared": {
        "shared.DIGIT: DIGIT = 5 -> DIGIT = 6",
        "shared.Products.__init__: 1 << DIGIT * (v * x % n) -> 2 << DIGIT * (v * x % n)",
        "shared.Products.__init__: 1 << DIGIT * (n + v * z % n) -> 2 << DIGIT * (n + v * z % n)",
        "shared.Products.images: head[z] + sum((code[x] for x in tail)) -> head[z] - sum((code[x] for x in tail))",
    },
    "no n and k within the other limits have a number so near to this one": {
        f"shared.Dual.__init__: {_TERMS} * classes > MOST_KERNEL -> {_TERMS} * classes >= MOST_KERNEL",
        "shared.Dual.__init__: n - 1 -> n - 2",
        f"shared.Dual.__init__: {_CUBES} > MOST_CUBES -> {_CUBES} >= MOST_CUBES",
    },
    "gamma* is positive, so that nothing proves that it is at most 0": {
        "shared.Shared.run: high >= 0 -> high > 0",
    },
    "it words what was proved, which tests of their own read": {
        f"width.Width.run: {_ORDERS} -> f'order {{short(self.order)}}'",
        f"width.Width.run: {_ORDERS} -> f'every order above {{2 * k}}, or odd and above {{k}}'",
        f"dihedral.Dihedral.run: {_DIHEDRAL} -> f'order {{short(self.order)}}'",
        f"dihedral.Dihedral.run: {_DIHEDRAL} -> f'every even order above {{2 * k}}, or odd above {{k}}'",
    },
}

_PRODUCTS = "width.(MOST_PRODUCTS, MOST_WAITING)"
_MOVED = "sum(map(self.moved, {m for p in self.symmetrised for m in p}))"
_TOO_MUCH = "fail('blocks', 'more columns or exponents', f'at most {MOST_PRODUCTS} products')"
_EXPANDED = "sum((block.expand() for block in self.blocks))"
# Noticed by a file of 4 MB alone, by a group of 10^7 points, or by a file at a limit of work.
ONLY_LARGE_FILES = {
    f"{_BYTES}: (4000000, 8192) -> (4000001, 8192)",
    f"form.parse: if len(data) > MOST_BYTES: {_SENT} -> left out",
    "form.parse: len(data) > MOST_BYTES -> len(data) >= MOST_BYTES",
    "composition.Composition._check_form: 1 <= len(points) <= MOST_DEGREE -> 1 <= len(points) < MOST_DEGREE",
    "composition.LIMITS: 10 ** 7 -> 10 ** 8",
    "composition.LIMITS: 10 ** 7 -> 11 ** 7",
    "composition.LIMITS: 2 * 10 ** 7 -> 2 + 10 ** 7",
    "composition.LIMITS: 2 * 10 ** 7 -> 3 * 10 ** 7",
    f"{_SIZE}: (10000, 10 ** 7) -> (10001, 10 ** 7)",
    f"{_SIZE}: 10 ** 7 -> 10 ** 8",
    f"{_SIZE}: 10 ** 7 -> 11 ** 7",
    "weights.MOST_SLOTS: 10 ** 7 -> 10 ** 8",
    "weights.MOST_SLOTS: 10 ** 7 -> 11 ** 7",
    "weights.MOST_SLOTS: 4 * 10 ** 7 -> 4 + 10 ** 7",
    "weights.MOST_SLOTS: 4 * 10 ** 7 -> 5 * 10 ** 7",
    "groups.Group.__init__: len(self.elements) * degree -> len(self.elements) + degree",
    f"groups.Group.__init__: {_POINTS} -> len(self.elements) * degree >= MOST_POINTS",
    f"groups.Group.__init__: {_ORDER} -> len(self.elements) >= MOST_ORDER",
    f"groups.Group.__init__: {_ORDER} or {_POINTS} -> {_ORDER}",
    f"{_WORK}: 2 * 10 ** 6 -> 2 + 10 ** 6",
    f"{_WORK}: 4 * 10 ** 6 -> 4 + 10 ** 6",
    f"{_WORK}: 4 * 10 ** 6 -> 5 * 10 ** 6",
    f"{_WORK}: 7 * 10 ** 7 -> 7 + 10 ** 7",
    f"{_WORK}: 7 * 10 ** 7 -> 8 * 10 ** 7",
    f"{_WORK}: 10 ** 6 -> 10 ** 7 (2)",
    f"{_WORK}: 10 ** 6 -> 11 ** 6 (2)",
    f"{_WORK}: 10 ** 7 -> 10 ** 8",
    f"{_WORK}: 10 ** 7 -> 11 ** 7",
    f"shared.Primal.__init__: {_GAPS} > MOST_GAPS -> {_GAPS} >= MOST_GAPS",
    f"shared.Dual.__init__: {_TERMS} * classes -> {_TERMS} + classes",
    f"shared.Dual.__init__: {_TERMS} -> (n - 1) * n ** (k - 1) + k ** k",
    "shared.Dual.__init__: (n - 1) * n ** (k - 1) -> n - 1 + n ** (k - 1)",
    "shared.Dual.__init__: n ** (k - 1) -> n * (k - 1)",
    "shared.Dual.__init__: n - 1 -> n + 1",
    "shared.Dual.__init__: k - 1 -> k + 1",
    "shared.Dual.__init__: k - 1 -> k - 2",
    "shared.Dual.__init__: k ** k -> k * k",
    "shared.Dual.__init__: m ** 3 -> m ** 4",
    "shared.Dual.__init__: m ** 3 -> m * 3",
    f"shared.Dual.__init__: if {_TERMS} * classes > MOST_KERNEL: fail('task', (n, k), f'at most {{MOST_... -> left out",
    "shared.Dual.__init__: fail('task', (n, k), f'at most {MOST_KERNEL} terms of gaps') -> left out",
    f"shared.Dual.__init__: if {_CUBES} > MOST_CUBES: {_EXTRA} f'monomials whose numbers... -> left out",
    f"shared.Dual.__init__: {_EXTRA} {_MONOMIALS}) -> left out",
    f"{_PRODUCTS}: 12 * 10 ** 6 -> 13 * 10 ** 6",
    f"{_PRODUCTS}: 12 * 10 ** 6 -> 12 + 10 ** 6",
    f"{_PRODUCTS}: 10 ** 6 -> 11 ** 6",
    f"{_PRODUCTS}: 10 ** 6 -> 10 ** 7",
    "width.Block.classes: for m, c in result.items() if c != 0 -> for m, c in result.items()",
    f"width.Block.expand: len(self.columns) * {_MOVED} -> len(self.columns) + {_MOVED}",
    "width.Block.sums: members[m] if c != 0 else () -> members[m]",
    f"width.Width.__init__: {_EXPANDED} > MOST_PRODUCTS -> {_EXPANDED} >= MOST_PRODUCTS",
    f"width.Width.__init__: {_TOO_MUCH} -> left out",
}
