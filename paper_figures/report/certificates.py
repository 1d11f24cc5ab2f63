"""Certificates to read: each rule with what the file states and the rule's proof; and the formats as pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from margin.tasks import Task
from paper_figures.report.bridge import Json, arguments_of
from paper_figures.report.documents import rendered, sections, slug
from paper_figures.report.kinds import Example
from paper_figures.report.pages import GAMMA, link, page, table

FORMATS = Path(str(resources.files("proofs_check"))) / "formats"  # that package is not imported
ABOUT = {
    "COMMON": "what all kinds share: bytes, numbers, limits, verdicts",
    "ADDITION": f"{GAMMA} of addition modulo n",
    "WEIGHTS": f"{GAMMA} of addition from below, by the weights of any network",
    "LOGITS": "accuracy and least margin in logits of a network",
    "COMPOSITION": f"{GAMMA} of composition in a finite group",
    "PARITY": f"{GAMMA} of sparse parity",
    "SHARED": f"an enclosure of {GAMMA} with one shared embedding",
    "WIDTH": "fewest neurons at a frequency",
    "DIHEDRAL": "fewest neurons of a dihedral group's representation",
}
DOCUMENT = {
    "modular_addition": "ADDITION",
    "group_composition": "COMPOSITION",
    "sparse_parity": "PARITY",
    "width": "WIDTH",
    "dihedral_width": "DIHEDRAL",
    "shared_embedding": "SHARED",
    "addition_logits": "LOGITS",
}
_PRIMALS = {"weights", "large_weights"}  # of networks given by their weights, whose rules WEIGHTS.md adds
_WORDS = ("What is proved", "The quantities", "Classes", "Products and monomials")  # sections that rules speak of
_WHY = "Why the claim follows"
_LONG = 400  # characters of a value that are shown
_LISTS = {  # lists of integers that are no Number
    *("frequencies", "generators", "central", "class_sizes", "separator"),
    *("blocks", "sines", "columns", "rows", "U", "W", "u", "w", "hidden_bias", "output_bias", "weights"),
}


def documents() -> dict[str, str]:
    """The formats' documents by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(FORMATS.glob("*.md"))}


def address(target: str) -> str | None:
    """The report's address of a link in a format; None for what is not in the report."""
    name, _, anchor = target.partition("#")
    if target.startswith(("https:", "#")):
        return target
    known = name.endswith(".md") and "/" not in name and (FORMATS / name).is_file()
    return f"{name.removesuffix('.md')}.html{'#' + anchor if anchor else ''}" if known else None


def format_pages() -> dict[str, bytes]:
    """Each format's document as a page."""
    return {
        f"formats/{name}.html": page(f"{name}: {ABOUT.get(name, 'format')}", rendered(text, address), depth=1)
        for name, text in documents().items()
    }


def content(certified: Mapping[str, Task], others: Mapping[Example, str]) -> str:
    """The section of the first page: the certificates that can be read here, and the formats."""
    certificates = [
        (
            escape(task.title),
            link(f"certificates/{name}.html", "read it, rule by rule"),
            link(f"certificates/{name}.json", "the file"),
            link(f"#explore?{' '.join(arguments_of(task.description()))}", "check it in the explorer"),
        )
        for name, task in certified.items()
    ]
    more = [
        (
            escape(example.about),
            proves(json.loads(text)),
            link(f"certificates/{example.name}.html", "rules"),
            link(f"certificates/{example.name}.json", "file"),
            link(f"#explore?certificate={example.name}", "check"),
        )
        for example, text in others.items()
    ]
    formats = [(link(f"formats/{name}.html", name), escape(ABOUT.get(name, ""))) for name in _ordered(documents())]
    return (
        f"<p>A certificate is a file that proves a value of {GAMMA}. A checker needs its format alone, in which each"
        " rule stands with its proof. Two checkers share no code: <code>python3 -I -S proofs_check/check.py</code>,"
        " with Python alone, runs in this page too; <code>proofs_check/recheck.py</code> is on python-flint.</p>"
        + table(
            ("task", "rules and proofs", "bytes", "in this page"), certificates, "Certificates of the agreement table"
        )
        + "<h3>Certificates of the other kinds</h3>"
        + table(("about", "what it proves", "to read", "bytes", "here"), more, "A small one of each kind")
        + "<h3>Formats: rules and their proofs</h3>"
        + table(("format", "what a file of it proves"), formats, "Formats")
    )


def reading(name: str, title: str, text: str, where: str, commands: Sequence[str] = ()) -> bytes:
    """A certificate as a page: its claim, then each rule that a checker looks at, with its values and its proof.

    `where` is the part of the explorer's address that shows it there, `commands` what makes it.
    """
    file = json.loads(text)
    document = DOCUMENT[file["task"]["kind"]]  # a cyclic group's certificate is one of addition
    texts = [documents()[document]]
    if file.get("primal", {}).get("kind") in _PRIMALS:
        texts.append(documents()["WEIGHTS"])
    rules = {rule: proof for text in texts for rule, proof in sections(text).items()}
    stated: dict[str, Json] = {entry["rule"]: entry for entry in file.get("rules", ())}
    order = ["NORM-EXPONENT", *stated, "CLAIM"] if stated else list(rules)
    typed = "".join(f"<p><code>{escape(command)}</code></p>" for command in commands)
    parts = [
        f"<h1>Certificate: {escape(title)}</h1>",
        f"<p>It proves that {proves(file)}."
        f" Format: {link(f'../formats/{document}.html', document)};"
        f" file: {link(f'{name}.json', f'{name}.json')}, {len(text.encode()):,} bytes;"
        f" {link(f'../index.html#explore?{where}', 'check it in the explorer')}.</p>{typed}",
        "<h2>What the file states</h2>",
        _stated({key: value for key, value in file.items() if key not in ("rules", "sha256", "format", "version")}),
    ]
    words = {} if stated else _chapters(texts[0])
    for heading, words_text in words.items():
        if heading in _WORDS:
            parts += [f"<h2>{escape(heading)}</h2>", _proof(words_text, heading)]
    parts.append("<h2>Rules, each with its proof</h2>")
    for rule in order:
        values = {key: value for key, value in stated.get(rule, {}).items() if key != "rule"}
        proof = rules.get(rule)
        parts.append(f'<section class="rule" id="rule-{slug(rule)}"><h3>{escape(rule)}</h3>')
        parts += [_stated(values)] if values else []
        if proof is not None:
            parts.append(_proof(proof, rule))
        else:
            parts.append(f"<p>{link(f'../formats/{document}.html', f'{document}, sections 1 to 3')}.</p>")
        parts.append("</section>")
    if _WHY in words:
        parts += [f"<h2>{_WHY}</h2>", _proof(words[_WHY], _WHY)]
    return page(f"Certificate: {title}", "\n".join(parts), depth=1)


def _chapters(text: str) -> dict[str, str]:
    """The numbered sections of a format by their headings without the numbers."""
    return {heading.partition(". ")[2]: part for heading, part in sections(text, "## ").items()}


def _proof(text: str, name: str) -> str:
    return rendered(text, lambda target: _deeper(address(target)), 2, f"{slug(name)}-")


def proves(file: Json) -> str:
    """What a certificate proves, as HTML: a value of gamma*, a width, or a network's logits."""
    claim, task = file["claim"], file["task"]
    if claim["quantity"] == "width":
        order = task["order"]
        orders = f"of order {order}" if order else f"of every order that is even and above {2 * task['k']}, or odd and"
        orders += "" if order else f" above {task['k']}"
        return escape(
            f"every maximum-margin network of {task['k']}-input addition has at least {claim['value']} neurons at each"
            f" frequency {orders}"
            if task["kind"] == "width"
            else f"every maximum-margin network of {task['k']}-input composition in a dihedral group has at least"
            f" {claim['value']} neurons of each two-dimensional representation {orders}"
        )
    if claim["quantity"] == "logit_margin":
        count = task["n"] ** task["k"]
        return escape(
            f"the network in it gets {claim['right']} of {count} inputs right, and no input has a margin in logits"
            f" below {_short(Fraction(*claim['value']))}"
        )
    return f"{GAMMA} {escape(claimed(claim))}"


def claimed(claim: Json) -> str:
    """'= 3/8096': what a certificate says of gamma*, or of its square."""
    signs = {"equal": "=", "lower": "≥", "upper": "≤", "enclosure": "lies in"}
    value = claim["value"]
    if isinstance(value, dict):
        shown = f"({number(value['numerator'])}) / ({number(value['denominator'])})"
    elif claim["sense"] == "enclosure":
        shown = " to ".join(map(_end, value))
    else:
        shown = _end(value)
    return f"{'squared ' if claim['quantity'] == 'squared_margin' else ''}{signs[claim['sense']]} {shown}"


def number(terms: Sequence[Sequence[int]]) -> str:
    """A Number of COMMON.md, a list of [radicand, numerator, denominator], as text: '1/2 + 3/4*sqrt(5)'."""
    shown = [
        f"{Fraction(above, below)}" + ("" if radicand == 1 else f"*sqrt({radicand})")
        for radicand, above, below in terms
    ]
    return " + ".join(shown) or "0"


def _end(value: Sequence[Any]) -> str:
    """A Number, or a Fraction, [p, q]; a long one rational with its value."""
    rational = len(value) == 2 and _whole(value)
    terms = [[1, *value]] if rational else value
    if len(terms) == 1 and terms[0][0] == 1:
        return _short(Fraction(*terms[0][1:]))
    return number(terms)


def _short(value: Fraction) -> str:
    """A rational number; one with many digits with its value."""
    return f"{value}" if len(str(value)) <= 30 else f"{value} ≈ {float(value):.12g}"


def readable(key: str, value: Any) -> str:
    """A value of a certificate for people: Numbers and fractions as such, anything else as JSON."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {readable(name, inner)}" for name, inner in value.items())
    if isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
        return "; ".join(f"[{readable(key, inner)}]" for inner in value)
    if key not in _LISTS and isinstance(value, list) and value:
        if all(isinstance(term, list) and len(term) == 3 and _whole(term) for term in value):
            return number(value)
        if len(value) == 2 and _whole(value):
            return str(Fraction(*value))
        if all(isinstance(inner, (dict, list)) for inner in value):
            return "; ".join(f"[{readable(key, inner)}]" for inner in value)
    return value if isinstance(value, str) else json.dumps(value)


def _whole(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int) for value in values)


def _stated(values: Json) -> str:
    rows = [(escape(key), escape(_cut(readable(key, value)))) for key, value in values.items()]
    return table(("key", "what the file states"), rows)


def _cut(text: str) -> str:
    """A value that is not too long to be read; of a longer one the beginning."""
    return text if len(text) <= _LONG + 100 else f"{text[:_LONG]} … ({len(text):,} characters; the file has them all)"


def _deeper(target: str | None) -> str | None:
    return None if target is None else target if target.startswith(("https:", "#")) else f"../formats/{target}"


def _ordered(names: Mapping[str, str]) -> list[str]:
    return sorted(names, key=lambda name: ([*ABOUT].index(name) if name in ABOUT else len(ABOUT), name))
