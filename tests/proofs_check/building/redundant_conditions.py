"""Changes of the checker that no file can tell, with the reasons; names as in `checker_mutants.changes`."""

from __future__ import annotations

REASONS: dict[str, set[str]] = {
    "the sign of a number that is not 0 is the same with every precision": {
        "_sign: bits = 64 -> bits = 65",
        "_sign: bits *= 2 -> bits *= 3",
        "_sign: bits *= 2 -> bits += 2",
        "_sign: 2 * bits -> 3 * bits",
        "_sign: 2 * bits -> 2 + bits",
        "_sign: root + 1 -> root + 2",
        "_sign: low > 0 -> low > 1",
    },
    "an enclosure that begins or ends at 0 tells the sign of a number that is not 0": {
        "_sign: low > 0 -> low >= 0",
        "_sign: high < 0 -> high <= 0",
    },
    "callers compare the sign with 0": {
        "_sign: return 1 -> return 2",
        "_sign: -1 -> -2",
    },
    "the limit itself is not squarefree": {
        "_number: max(terms, default=0) < term[0] < MOST_RADICAND -> max(terms, default=0) < term[0] <= MOST_RADICAND",
    },
    "a longer list is refused later; the limit saves reading it": {
        "Checker.__init__: [_number, 2] -> [_number, 3]",
        "Checker._read_dual: [entry, 2] -> [entry, 3]",
        "Checker._read_primal: [block, 2] -> [block, 3]",
    },
    "a number does not divide a smaller one": {
        "Checker._read_phases: whole + 1 -> whole + 2",
    },
    "all orders above 2k separate the same exponents": {
        "Checker._orders: 2 * self.k + 1 -> 2 * self.k + 2 (2)",
        "Checker._orders: 2 * self.k -> 3 * self.k (2)",
    },
    "cosines are even": {
        "Checker._expansion: m[j] + step -> m[j] - step",
    },
    "the sums and what they have to be are multiplied alike": {
        "Checker._expansion: {(0,) * self.k: 1} -> {(0,) * self.k: 2}",
        "Checker._expansion: terms.get(key, 0) + coefficient -> terms.get(key, 0) - coefficient",
    },
    "a root of 0 is below the root of a positive norm": {
        "Checker._rule_root_bound: root >= 0 -> root > 0",
    },
    "logits are at most a quarter of what their slot holds": {
        "Checker._rule_population: 8 * size * (c + 1) - 1 -> 8 * size * (c + 1) - 2",
    },
}

# Killed by a file of 4 MB alone.
ONLY_LARGE_FILES = {
    "(MOST_BYTES, MOST_BITS, MOST_WORK): (4000000, 8192, 10 ** 7) -> (4000001, 8192, 10 ** 7)",
    "_parse: if len(data) > MOST_BYTES: raise Malformed(f'got more, expected at most {MOST_BYTES} bytes') -> left out",
    "_parse: len(data) > MOST_BYTES -> len(data) >= MOST_BYTES",
}
