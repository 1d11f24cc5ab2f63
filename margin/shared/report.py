"""A prediction for a shared embedding as JSON for programs and as text for people."""

from __future__ import annotations

from typing import Any

from margin.answers.check import CheckResult
from margin.answers.report import SCHEMA, check_json, check_lines, plural, table
from margin.shared.classes import units, wrong_labels
from margin.shared.lower import SharedNetwork
from margin.shared.maximum import SharedMargin, decimals


def powers(prediction: SharedMargin) -> list[dict[str, Any]]:
    """Power of u and of w by frequency 0..n/2 for each kind of neuron, heaviest first, with its share of the norm.

    Frequencies are multiplied by the unit that makes the heaviest frequency of u least.
    """
    from margin.analysis.fourier import power

    network, n = prediction.network, prediction.task.n
    rows: list[dict[str, Any]] = []
    for (u, w), mass in zip(network.neurons, network.masses, strict=True):
        spectra = [power([float(x) for x in vector]) for vector in (u, w)]
        top = 1 + int(spectra[0][1:].argmax())
        unit = min((_folded(v * top, n), v) for v in units(n))[1]
        moved = [[0.0] * (n // 2 + 1) for _ in spectra]
        for z in range(n // 2 + 1):
            for spectrum, place in zip(spectra, moved, strict=True):
                place[_folded(unit * z, n)] += float(spectrum[z])
        size = float(sum(x * x for x in (*u, *w)))
        rows.append({"share": size ** (prediction.task.degree / 2) * mass, "u": moved[0], "w": moved[1]})
    total = sum(row["share"] for row in rows)
    return sorted(({**row, "share": row["share"] / total} for row in rows), key=lambda row: -row["share"])


def _folded(z: int, n: int) -> int:
    """The frequency 0..n/2 that is z or -z mod n."""
    return min(z % n, -z % n)


def as_json(prediction: SharedMargin, check: CheckResult) -> dict[str, Any]:
    """The JSON object, in the style of schema 2; `margin.exact` is null unless gamma* is known in closed form."""
    task, exact = prediction.task, prediction.exact
    total = sum(prediction.class_weights)
    return {
        "schema": SCHEMA,
        "task": {"spec": task.spec, **task.description()},
        "activation": f"x^{task.k}",
        "norm": {"inner": 2, "outer": task.degree, "embedding": "counted once"},
        "margin": {
            "exact": None if exact is None else str(exact),
            "float": float(prediction),
            "enclosure": [float(prediction.low), float(prediction.high)],
            "enclosure_exact": [decimals(prediction.low), decimals(prediction.high)],
            "relative_width": float(prediction.relative_width),
            "ratio_to_separate": float(prediction) / prediction.unshared,
        },
        "width": {"constructed": prediction.network.width},
        "neurons": [{"share": row["share"], "power_u": row["u"], "power_w": row["w"]} for row in powers(prediction)],
        "dual": {
            "classes": [
                {"inputs": list(inputs), "offset": offset, "weight": weight / total}
                for (inputs, offset), weight in zip(wrong_labels(task.n, task.k), prediction.class_weights, strict=True)
            ]
        },
        "source": prediction.source or {"computed": "now"},
        "check": {
            **check_json(check),
            "statements": [{"statement": words, "holds": holds} for words, holds in check.statements],
            "unchecked": list(check.unchecked),
        },
    }


def as_text(prediction: SharedMargin, check: CheckResult) -> str:
    """The readable answer: task, norm, enclosure, the heaviest neurons, class weights, check."""
    task, exact = prediction.task, prediction.exact
    nu, ratio = task.degree, float(prediction) / prediction.unshared
    margin = [] if exact is None else [f"gamma* = {exact}"]
    margin += [
        f"{decimals(prediction.low)} <= gamma* <= {decimals(prediction.high)}",
        f"{ratio:.7f} of {_factor(task.k)}gamma* with separate embeddings",
    ]
    total = sum(prediction.class_weights)
    heavy = sorted(zip(prediction.class_weights, wrong_labels(task.n, task.k), strict=True), key=lambda pair: -pair[0])
    right = "it" if task.k == 1 else "their sum"
    weights = [
        f"weight {weight / total:.5f}: {_listed(inputs)}, wrong label {offset} below {right}"
        for weight, (inputs, offset) in heavy[:4]
        if weight > 1e-5 * total
    ]
    made = prediction.source
    lines = [
        ("task", [f"{task}; one hidden layer, activation x^{task.k}"]),
        ("norm", [f"(sum over neurons of (||u||^2 + ||w||^2){_half(nu)})^(1/{nu}), u counted once"]),
        ("maximum margin", margin),
        ("network", _neurons(prediction)),
        ("width", [f"{prediction.network.width} constructed; no lower bound certified"]),
        ("dual", weights),
        ("source", [f"saved on {made['date']}, made by {made['command']}" if made else "computed now, both ends"]),
        ("check", check_lines(check)),
    ]
    return table([(name if not i else "", text) for name, texts in lines for i, text in enumerate(texts)])


def _half(power: int) -> str:
    """The exponent power / 2, nothing where it is 1."""
    whole = "" if power == 2 else f"^{power // 2}"
    return f"^({power}/2)" if power % 2 else whole


def _factor(k: int) -> str:
    """k^(k/2) and a space, nothing where it is 1."""
    return f"{k}{_half(k)} " if k % 2 and k > 1 else f"{k ** (k // 2)} " * (k > 1)


def _listed(inputs: tuple[int, ...]) -> str:
    words = ", ".join("a" if not shift else f"a + {shift}d" if shift > 1 else "a + d" for shift in inputs)
    return f"input{'s' if len(inputs) > 1 else ''} {words}"


def _neurons(prediction: SharedMargin, most: int = 3) -> list[str]:
    network: SharedNetwork = prediction.network
    rows = powers(prediction)
    count = len(rows)
    lines = [f"{plural(count, 'kind')} of neurons, each with all shifts and units; powers by frequency 0, 1, 2, .."]
    for row in rows[:most]:
        spectra = (" ".join(f"{power:.4f}" for power in row[name][:6]) for name in ("u", "w"))
        lines.append(f"share {row['share']:.4f}: u {next(spectra)}; w {next(spectra)}")
    return lines + ([f"and {count - most} more of {network.width // count} neurons each"] if count > most else [])
