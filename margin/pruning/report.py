"""What pruning has done, as text and as JSON; the keys of the JSON are a contract (docs/inspect.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from margin.networks.network import Network
from margin.pruning.steps import Pruned

FORMAT, SCHEMA = "algebraic-margin pruning", 1


def as_json(pruned: Pruned, read: Network, lines: Sequence[str], file: str, written: Sequence[str]) -> dict[str, Any]:
    """The whole record for programs; `lines` say how the file was read."""
    task, last, widths = read.task, pruned.steps[-1], pruned.widths
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "file": file,
        "task": task.description() | {"spec": task.spec, "population": task.population, "classes": task.classes},
        "layout": list(lines),
        "keep": pruned.keep,
        "kept": pruned.kept,
        "width_read": read.width,
        "width": pruned.network.width,
        "normalised_margin": last.value,
        "share_of_maximum": last.share,
        "maximum_margin": pruned.gamma,
        "agreement": pruned.agreement,
        "steps": [
            {"name": s.name, "what": s.what, "width": s.width}
            | {"normalised_margin": s.value, "share_of_maximum": s.share}
            for s in pruned.steps
        ],
        "features": [
            {"name": f.name, "width_read": f.before, "width": f.after, "wanted": f.wanted, "state": f.state}
            for f in pruned.features
        ],
        "missing": list(pruned.missing),
        "fewest": {
            "constructed": widths.constructed,
            "lower_bound": widths.lower_bound,
            "minimal": widths.minimal,
        },
        "written": list(written),
    }


def as_text(pruned: Pruned, read: Network, lines: Sequence[str]) -> str:
    """The steps as a table, what is missing, and the verdict."""
    rows = [("task", str(read.task)), *(("layout" if not i else "", line) for i, line in enumerate(lines))]
    rows.append(("step", f"{'neurons':>7}  {'normalised':>14}  {'of gamma*':>11}"))
    rows += [(s.name, f"{s.width:7}  {s.value:14.9g}  {s.share:11.8f}  {s.what}") for s in pruned.steps]
    for state, what in (
        ("incomplete", "neurons do not compute the wanted function alone, and stay"),
        ("missing", "no neurons; the maximum margin needs some"),
        ("spare", "not used by the network of largest margin that is constructed"),
    ):
        named = [
            f"{f.name} ({f.wanted:.2f})" if state == "incomplete" else f.name
            for f in pruned.features
            if f.state == state
        ]
        if named:
            rows.append((state, f"{', '.join(named)}: {what}"))
    rows.append(("logits", f"cosine with those that were read: {pruned.agreement:.10f}"))
    kept = f"{'kept' if pruned.kept else 'NOT kept'}: {pruned.share:.8f} of gamma*, asked {pruned.keep:g}"
    rows.append(("result", f"{pruned.network.width} neurons of {read.width}; {kept}"))
    rows.append(("fewest", _fewest(pruned)))
    return "\n".join(f"{name:<16}{text}" for name, text in rows)


def _fewest(pruned: Pruned) -> str:
    widths = pruned.widths
    if widths.minimal is not None:
        return f"{widths.minimal} neurons in any network that reaches gamma*, proved"
    bound = "no lower bound is proved" if widths.lower_bound is None else f"at least {widths.lower_bound}, proved"
    return f"{widths.constructed} neurons in the constructed network; {bound}"
