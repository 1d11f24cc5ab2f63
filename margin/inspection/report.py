"""What an inspection says, as text and as JSON; the keys of the JSON are a contract (docs/inspect.md)."""

from __future__ import annotations

from typing import Any

from margin.inspection.network import Inspection
from margin.inspection.neurons import Neurons

FORMAT, SCHEMA = "algebraic-margin inspection", 1
_SHOWN = 12  # features in the text, the heaviest first


def as_json(
    inspection: Inspection, file: str | None = None, certificate: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The whole record for programs."""
    effective, margins, normal = inspection.effective, inspection.margins, inspection.normalised
    task, network, seen = inspection.task, effective.network, inspection.neurons
    differences = margins.by_difference
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "file": file,
        "task": task.description() | {"spec": task.spec, "population": task.population, "classes": task.classes},
        "layout": {
            "lines": list(effective.lines),
            "tensors": [
                {"name": t.name, "shape": list(t.shape), "type": t.type, "role": t.role, "input": t.number}
                | {"axes": t.orientation if len(t.shape) > 1 else None}
                for t in effective.tensors
            ],
            "activation": network.activation.name,
            "width": network.width,
            "inputs_share_weights": effective.shared,
            "bias_of_neurons_apart": effective.bias is not None,
            "bias_of_logits_apart": effective.offset is not None,
        },
        "accuracy": margins.accuracy,
        "correct": margins.correct,
        "least_logit_margin": margins.least,
        "tightest": [
            {"input": list(t.input), "label": t.label, "wrong": t.wrong, "margin": t.margin} for t in margins.tightest
        ],
        "ranks_of_the_label": margins.ranks.tolist(),
        "margins_by_difference": None
        if differences is None
        else {
            "mean": differences.mean.tolist(),
            "least": differences.least.tolist(),
            "largest": differences.largest.tolist(),
        },
        "normalised_margin": normal.value,
        "infinity_margin": normal.infinity,
        "share_of_maximum": normal.share,
        "why": normal.why,
        "maximum_margin": normal.maximum,
        "norm": {"name": normal.norm_name, "degree": normal.degree, "value": normal.norm, "meaning": normal.meaning},
        "neurons": _neurons(seen),
        "frequencies": _features(seen),
        "dead_neurons": [int(i) for i in (~seen.live).nonzero()[0]],
        "singular_values": {
            name: {"values": spectrum.values.tolist(), "effective_rank": spectrum.effective_rank}
            for name, spectrum in inspection.spectra.items()
        },
        "certificate": certificate,
    }


def _neurons(neurons: Neurons) -> list[dict[str, Any]]:
    shares, live, features = neurons.shares.tolist(), neurons.live.tolist(), neurons.features
    rows = []
    for i, norm in enumerate(neurons.norm.tolist()):
        feature = int(features.dominant[i])
        row: dict[str, Any] = {"norm": norm, "mass": shares[i], "live": live[i], "power": float(features.power[i])}
        row[neurons.kind] = None if feature < 0 else _name(neurons, feature)
        if neurons.phases is not None and features.residuals is not None:
            row["phases"] = neurons.phases[:, i].tolist()
            row["phase_residual"] = float(features.residuals[i])
        rows.append(row)
    return rows


def _name(neurons: Neurons, feature: int) -> int | str:
    return feature + 1 if neurons.kind == "frequency" else neurons.features.names[feature]


def _features(neurons: Neurons) -> dict[str, Any]:
    clusters = neurons.clusters
    sizes, shares = clusters.sizes.tolist(), clusters.shares.tolist()
    return {
        "kind": neurons.kind,
        "count": clusters.count,
        "used": [_name(neurons, i) for i, size in enumerate(sizes) if size],
        "covered": clusters.covered,
        "each": [
            {
                neurons.kind: _name(neurons, i),
                "neurons": sizes[i],
                "mass": shares[i],
                "members": clusters.members(i).tolist(),
            }
            for i in range(clusters.count)
        ],
    }


def as_text(inspection: Inspection) -> str:
    """The record for people: one line for each tensor, each answer, and the tightest inputs."""
    effective, margins, normal = inspection.effective, inspection.margins, inspection.normalised
    task, network = inspection.task, effective.network
    lines = [("task", str(task)), *(("layout" if not i else "", text) for i, text in enumerate(effective.lines))]
    lines.append(("network", f"{network.width} neurons, activation {network.activation}"))
    lines.append(("accuracy", f"{margins.accuracy:.6g} ({margins.correct} of {margins.population} inputs)"))
    lines.append(("least margin", f"{margins.least:.10g} in logits"))
    for i, tight in enumerate(margins.tightest):
        place = (
            f"{tight.margin:<14.6g}input {', '.join(map(str, tight.input))}: label {tight.label}, next {tight.wrong}"
        )
        lines.append(("tightest" if not i else "", place))
    if normal.value is not None:
        lines.append(("normalised", f"{normal.value:.10g} = {normal.meaning}"))
        if normal.norm is not None:
            lines.append(("norm", f"{normal.norm:.10g} ({normal.norm_name})"))
    else:
        lines.append(("normalised", f"none: {normal.why}"))
    if normal.share is not None:
        lines.append(("share of max", f"{normal.share:.8f} of gamma* = {normal.maximum:.10g}"))
    elif normal.value is not None:
        lines.append(("share of max", f"none: {normal.why}"))
    return "\n".join(f"{name:<16}{text}" for name, text in [*lines, *_learnt(inspection)])


def _learnt(inspection: Inspection) -> list[tuple[str, str]]:
    """Neurons, features, phases, singular values."""
    neurons = inspection.neurons
    clusters, live, features = neurons.clusters, neurons.live, neurons.features
    kinds = {"frequency": "frequencies", "irrep": "representations", "parity": "features"}[neurons.kind]
    count = int(live.sum())
    lines = [("neurons", f"{count} live, {len(live) - count} dead")]
    sizes, shares = clusters.sizes, clusters.shares
    lines.append((kinds, f"{int((sizes > 0).sum())} used, {clusters.covered} of {clusters.count} covered"))
    heaviest = sorted(range(clusters.count), key=lambda i: -shares[i])[:_SHOWN]
    lines += [
        ("", f"{_name(neurons, i)!s:<10}{int(sizes[i])} neurons, {shares[i]:.4f} of the mass")
        for i in heaviest
        if sizes[i]
    ]
    if count:
        power = features.power[live]
        lines.append(("power", f"mean {power.mean():.4f}, least {power.min():.4f} of a live neuron's squared norm"))
        if features.residuals is not None:
            residual = abs(features.residuals[live])
            relation = " + ".join(f"theta_u{j}" for j in range(1, inspection.task.k + 1))
            lines.append(
                ("phases", f"|{relation} - theta_w|: mean {residual.mean():.4f}, most {residual.max():.4f} turns")
            )
    for i, (name, spectrum) in enumerate(inspection.spectra.items()):
        values = ", ".join(f"{value:.4g}" for value in spectrum.values[:4])
        more = ", ..." if len(spectrum.values) > 4 else ""
        text = f"{name}: {values}{more} (effective rank {spectrum.effective_rank:.2f} of {len(spectrum.values)})"
        lines.append(("singular values" if not i else "", text))
    return lines
