"""B25: under condition 3.8 maximum-margin and class-weighted maximum-margin solutions are the same. Each direction.

Every network here is made of neurons u_j(a) = cos(2 pi (z a + t_j)/p), w(c) = cos(2 pi (z c + sum_j t_j)/p), each of
which maximises the expected class-weighted margin of a unit neuron (B5), so their combinations of total mass 1 are the
class-weighted maximum-margin solutions, whatever the inputs' margins are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

Gaps = tuple[tuple[Fraction, ...], ...]  # f[y] - f[c], a row per input, a column per wrong label

TWICE = {2: (2, -2), 3: (2, 1, -1, -2, -1, 1)}  # for each p, 2 cos(2 pi j/order), order 2 or 6: integers
SIX = ((0, 0), (0, 3), (1, 1), (1, 4), (2, 2), (2, 5))  # sixths of a turn: the minimal construction for k = 2


def gaps(p: int, phases: Sequence[tuple[int, ...]]) -> Gaps:
    """Gaps of the mean of neurons of frequency 1, in units of 2^-(k+1); phases in halves or sixths of a turn."""
    k, table, waves = len(phases[0]), [], TWICE[p]
    turn = len(waves) // p
    for inputs in product(range(p), repeat=k):
        logits = []
        for c in range(p):
            total = 0
            for t in phases:
                inner = sum(waves[(turn * a + s) % len(waves)] for a, s in zip(inputs, t, strict=True))
                total += inner**k * waves[(turn * c + sum(t)) % len(waves)]
            logits.append(Fraction(total, len(phases)))
        right = sum(inputs) % p
        table.append(tuple(logits[right] - logits[c] for c in range(p) if c != right))
    return tuple(table)


def weighted(table: Gaps) -> Fraction:
    """Expected class-weighted margin, inputs and class weights uniform."""
    return sum((sum(row, Fraction(0)) / len(row) for row in table), Fraction(0)) / len(table)


def margin(table: Gaps) -> Fraction:
    """Least gap of all."""
    return min(map(min, table))


def tied(table: Gaps) -> bool:
    """Condition 3.8: at every input all wrong labels are equally far away."""
    return all(len(set(row)) == 1 for row in table)


def level(table: Gaps) -> bool:
    """Whether every input has the same margin, so that uniform inputs minimise the expected margin."""
    return len({min(row) for row in table}) == 1


def multisets(p: int, k: int, most: int) -> list[Gaps]:
    """Gaps of every network of at most that many equal neurons, phases as in `gaps`, up to their order."""
    points = list(product(range(len(TWICE[p])), repeat=k))
    chosen: list[tuple[int, ...]] = [()]
    networks: list[Gaps] = []
    for _ in range(most):
        chosen = [(*c, i) for c in chosen for i in range(c[-1] if c else 0, len(points))]
        networks += [gaps(p, [points[i] for i in c]) for c in chosen]
    return networks


@claim(
    id="B25",
    claim="""under condition 3.8 (wrong labels of positive weight tie, on the support of q) the maximum-margin solutions
    and the class-weighted maximum-margin solutions are equivalent to each other""",
    source="Li et al., Section 3.3 before Condition 3.8, and Section 4.1",
    kind="theorem",
    requires=("A7", "B5", "B13", "B23"),
)
def check(effort: str) -> Finding:
    """Every network of few neurons for p = 2, 3: which of both kinds each is; the two smallest counterexamples."""
    cases = {(2, 2): 4, (2, 3): 4, (3, 2): 2} if effort == "quick" else {(2, 2): 6, (2, 3): 5, (3, 2): 3, (2, 4): 2}
    count, reached, converse = 0, 0, 0
    for (p, k), most in cases.items():
        networks = multisets(p, k, most) + ([gaps(3, SIX)] if p == 3 else [])
        value = max(map(weighted, networks))
        every((weighted(table) == value for table in networks), f"p = {p}, k = {k}: the objective")
        every((margin(table) <= value for table in networks), f"p = {p}, k = {k}: beyond gamma*")
        for table in networks:
            demand((margin(table) == value) == (tied(table) and level(table)), f"p = {p}, k = {k}: {table}")
        count += len(networks)
        reached += sum(margin(table) == value for table in networks)
        converse += sum(tied(table) and margin(table) < value for table in networks)
    single, three = gaps(2, [(0, 0)]), gaps(3, [(0, 0), (2, 2), (4, 4)])
    demand(tied(single) and margin(single) == 0 and weighted(single) == 32, f"one neuron: {single}")
    demand(tied(three) and margin(three) == 3 and weighted(three) == 6, f"three neurons: {three}")
    six = gaps(3, SIX)
    demand(tied(six) and margin(six) == 6 and weighted(six) == 6, f"six neurons: {six}")
    demand(bool(converse) and bool(reached), "no network refutes the converse, or none has the maximum margin")
    return Finding(
        "holds with a correction",
        f"""{count} networks of neurons that maximise the class-weighted margin, (p, k) = {", ".join(map(str, cases))},
        in integers: it has the maximum margin ({reached} do) exactly if its wrong labels tie at every input and all
        inputs have the same margin; {converse} have the tie alone. So maximum margin implies class-weighted maximum,
        and not conversely""",
        counterexample=f"""p = 2, k = 2, one neuron u_1 = u_2 = w = (1, -1): class-weighted maximum, and the tie is
        trivial with one wrong label, but the margin is 0. p = 3, k = 2, three neurons of phases (t, t, 2t) turns, t =
        0, 1/3, 2/3: wrong labels tie everywhere, and the margin is {margin(three) / weighted(three)} gamma*""",
        correction="""if some class-weighted maximum satisfies 3.8 and q minimises its expected margin (Definition 3.5),
        every maximum-margin solution is a class-weighted one; the converse holds for those that satisfy both too""",
        scope="""all p, k: h <= E_q g <= E_q g' (B23), and the pair makes the ends equal. A class-weighted maximum has
        the maximum margin exactly if E_q g' = E_q g (3.8) and E_q g = min g (q on inputs of least margin)""",
        data={"networks": count, "converse": converse},
    )
