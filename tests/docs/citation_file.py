"""CITATION.cff by the rules of the Citation File Format, schema 1.2.0, as far as used here; works that texts cite."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml  # type: ignore[import-untyped]

TOP = {  # key: whether it is required, and its form
    "cff-version": (True, r"1\.2\.0"),
    "message": (True, r".+"),
    "title": (True, r".+"),
    "authors": (True, None),
    "type": (False, r"software|dataset"),
    "version": (False, r".+"),
    "date-released": (False, r"\d{4}-\d{2}-\d{2}"),
    "license": (False, r"[A-Za-z0-9.+-]+"),
    "references": (False, None),
}
REFERENCE = {
    "type": (True, r"article|conference-paper|book|report|software|thesis|website|generic"),
    "title": (True, r".+"),
    "authors": (True, None),
    "year": (False, r"\d{4}"),
    "doi": (False, r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-\.\(\)\[\]\\]+"),
    "url": (False, r"https?://.+"),
    "identifiers": (False, None),
}
Check = Callable[[str, object], Iterator[str]]
PERSON, ENTITY = {"family-names", "given-names"}, {"name"}
IDENTIFIERS = {"other": r".+", "doi": REFERENCE["doi"][1], "url": REFERENCE["url"][1]}
_ARXIV = re.compile(r"(?<![\d/.])(\d{4}\.\d{4,5})(?![\d.]*\d)")
_DOI = re.compile(r"\b10\.\d{4,9}/[\w.()/-]*\w")


def complaints(text: str) -> list[str]:
    """What the format forbids in that text; empty for a valid file."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [f"no YAML: {str(error).splitlines()[0]}"]
    return list(_record("file", content, TOP))


def _record(name: str, record: object, rules: dict[str, tuple[bool, str | None]]) -> Iterator[str]:
    if not isinstance(record, dict):
        yield f"{name}: no mapping"
        return
    for key, (required, form) in rules.items():
        if key not in record:
            if required:
                yield f"{name}: {key} is missing"
        elif form is not None and not _has(form, record[key], number=key == "year"):
            yield f"{name}: {key} is {record[key]!r}"
    for key in record.keys() - rules.keys():
        yield f"{name}: unknown key {key}"
    yield from _list(name, record, "authors", _author)
    yield from _list(name, record, "references", _reference)
    yield from _list(name, record, "identifiers", _identifier)


def _has(form: str | None, value: object, number: bool = False) -> bool:
    text = str(value) if number and type(value) is int else value
    return isinstance(text, str) and re.fullmatch(form or ".*", text) is not None


def _list(name: str, record: dict[str, object], key: str, check: Check) -> Iterator[str]:
    if key in record:
        items = record[key]
        if not isinstance(items, list) or not items:
            yield f"{name}: {key} is no list, or empty"
            return
        for i, item in enumerate(items, 1):
            yield from check(f"{name}, {key} {i}", item)


def _author(name: str, author: object) -> Iterator[str]:
    if not isinstance(author, dict) or author.keys() not in (PERSON, ENTITY):
        yield f"{name}: neither a person nor an entity"
    elif not all(isinstance(part, str) and part for part in author.values()):
        yield f"{name}: an empty name"


def _reference(name: str, reference: object) -> Iterator[str]:
    yield from _record(name, reference, REFERENCE)


def _identifier(name: str, identifier: object) -> Iterator[str]:
    if not isinstance(identifier, dict) or identifier.keys() != {"type", "value"}:
        yield f"{name}: expected type and value"
    elif identifier["type"] not in IDENTIFIERS or not _has(IDENTIFIERS[identifier["type"]], identifier["value"]):
        yield f"{name}: {identifier}"


def listed(text: str) -> list[str]:
    """Of each reference of a valid file its arXiv number, or its DOI."""
    names = []
    for reference in yaml.safe_load(text)["references"]:
        values = [identifier["value"].removeprefix("arXiv:") for identifier in reference.get("identifiers", [])]
        names.append((values or [reference["doi"]])[0])
    return names


def cited(text: str) -> set[str]:
    """arXiv numbers and DOIs in a text."""
    return set(_DOI.findall(text)) | set(_ARXIV.findall(_DOI.sub("", text)))
