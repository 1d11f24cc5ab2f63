"""The papers' claims with their recorded verdicts and evidence, and the checks themselves as text. Nothing is run."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from paper_figures.report.documents import slug
from paper_figures.report.pages import options

PACKAGE = Path(str(resources.files("proofs_check")))  # that package is not imported
PAPERS = {
    "A": "Morwani et al., arXiv 2311.07568",
    "B": "Li et al., arXiv 2402.09469",
    "C": "several scales, arXiv 2505.18266",
    "D": "Rangamani, recurrent networks",
    "E": "this project",
}
PARTS = ("evidence", "correction", "counterexample", "scope")
_CLAIM = re.compile(r"""@claim\(\s*(?:id=)?["'](\w+)["']""")


def record() -> dict[str, dict[str, Any]]:
    """The recorded verdicts by id. Raises FileNotFoundError without a record."""
    claims: dict[str, dict[str, Any]] = json.loads((PACKAGE / "data" / "verdicts.json").read_text("utf-8"))["claims"]
    return claims


@cache
def checks() -> dict[str, Path]:
    """The file with the check of each claim, by the claim's id."""
    files = sorted((PACKAGE / "claims").rglob("*.py"))
    return {id: path for path in files for id in _CLAIM.findall(path.read_text("utf-8"))}


def place(id: str) -> str:
    """Where the report has the text of a claim's check."""
    return f"checks/{checks()[id].relative_to(PACKAGE / 'claims').as_posix()}.txt"


def texts() -> dict[str, bytes]:
    """The checks' files as texts."""
    return {place(id): checks()[id].read_bytes() for id in record()}


def content() -> str:
    """The section: counts by verdict, filters, and every claim."""
    claims = record()
    counts = Counter(value["verdict"] for value in claims.values())
    summary = ", ".join(
        f'<a href="#claims" data-filter-verdict="{escape(verdict)}">{count} {escape(verdict)}</a>'
        for verdict, count in counts.most_common()
    )
    papers = [f"{letter}: {name}" for letter, name in PAPERS.items() if any(id[0] == letter for id in claims)]
    chosen = "".join(f'<option value="{paper[0]}">{escape(paper)}</option>' for paper in papers)
    kinds = sorted({value["kind"] for value in claims.values()})
    filters = f"""<form id="claim-filters" class="card fields" hidden aria-label="Filter the claims">
<label>words <input type="search" name="words" placeholder="margin, width, frequency …"></label>
<label>paper <select name="paper"><option value="">all papers</option>{chosen}</select></label>
<label>verdict <select name="verdict">{options(counts, "all verdicts")}</select></label>
<label>kind <select name="kind">{options(kinds, "all kinds")}</select></label>
<button type="reset">Show all</button>
<p id="claim-count" role="status">{len(claims)} claims</p>
</form>"""
    about = (
        f"<p>{len(claims)} claims of the papers, in our words, each judged by code: {summary}. The verdicts are the"
        " recorded ones (proofs_check/data/verdicts.json); <code>python -m proofs_check ID</code> checks one anew.</p>"
    )
    return about + filters + "\n".join(_claim(id, value) for id, value in claims.items())


def _claim(id: str, value: dict[str, Any]) -> str:
    told = "".join(f"<dt>{name.capitalize()}</dt><dd>{escape(value[name])}</dd>" for name in PARTS if value.get(name))
    rests = ", ".join(f'<a href="#{other}">{other}</a>' for other in value["requires"])
    extra = f"<dt>Rests on</dt><dd>{rests}</dd>" if rests else ""
    if value.get("checks"):
        extra += f"<dt>Conditions checked</dt><dd>{value['checks']:,}</dd>"
    code = f'<a href="{place(id)}">{escape(checks()[id].name)}</a>: <code>python -m proofs_check {id}</code>'
    return (
        f'<article class="claim" id="{id}" data-paper="{id[0]}" data-verdict="{escape(value["verdict"])}"'
        f' data-kind="{escape(value["kind"])}" aria-labelledby="{id}-claim">'
        f'<h3 id="{id}-claim"><a href="#{id}">{id}</a> {escape(value["claim"])}</h3>'
        f'<p><span class="verdict v-{slug(value["verdict"])}">{escape(value["verdict"])}</span>'
        f' <span class="note">{escape(value["source"])} · {escape(value["kind"])}</span></p>'
        f"<details><summary>Evidence</summary><dl>{told}{extra}<dt>Check</dt><dd>{code}</dd></dl></details></article>"
    )
