"""What a tensor can be in a network of one hidden layer, what names say about it, and the --map that decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# role: what it is, rows to columns as `in,out`
ROLES = {
    "input": "weights from one-hot inputs (or bits) to neurons; input1, input2, ... for one input each",
    "embedding": "an embedding of the elements; embedding1, embedding2, ... for one input each",
    "tokens": "an embedding, added up over the inputs and the token n (`=`) after them",
    "position": "an embedding of the positions",
    "hidden": "weights from embeddings to neurons; hidden1, hidden2, ... for one input each",
    "output": "weights from neurons to logits",
    "projection": "weights from neurons to the dimensions that an unembedding takes",
    "unembedding": "weights from dimensions to logits",
    "embedding_offset": "bias of an embedding",
    "bias": "bias of the neurons",
    "projection_offset": "bias of a projection",
    "offset": "bias of the logits",
    "ignore": "no part of the network",
}
VECTORS = ("embedding_offset", "bias", "projection_offset", "offset")
ORIENTATIONS = ("in,out", "out,in")

_PART = r"(?:^|[._])(?:{})(?:[._]?\d*)(?:$|[._])"
UNEMBEDS = re.compile(_PART.format(r"unembed\w*|W_U|lm_head|decoder|head|readout|logits?|classifier"), re.I)
OUTPUTS = re.compile(_PART.format(r"out|output|outputs|W_out|out_proj|proj_out"), re.I)
INPUTS = re.compile(_PART.format(r"in|inp|inputs?|first|encoder|W_in|in_proj"), re.I)
EMBEDS = re.compile(r"(?:^|[._])(?:\w*emb(?:ed\w*|edding\w*|s|_\w+)?|W_E|wte|E|tok\w*)(?:[._]?\d*)(?:$|[._])", re.I)
POSITIONS = re.compile(r"(?:^|[._])(?:pos\w*|wpe|W_pos)(?:$|[._])", re.I)
ATTENTION = re.compile(r"attn|attention|W_[QKVO]$|[qkv]_proj|in_proj_weight", re.I)
NORMALISES = re.compile(r"(?:^|[._])(?:ln\w*|layer_?norm\w*|norm\d*|bn\d*|batch_?norm\w*|rmsnorm)(?:$|[._])", re.I)
FIXED = re.compile(r"(?:^|[._])W_(?:E|U|in|out|pos)$")  # TransformerLens: always (in, out)


@dataclass(frozen=True)
class Mapped:
    """What --map says of a tensor: its role, the input that it belongs to (from 1), how it lies; None where unsaid."""

    role: str
    number: int | None = None
    orientation: str | None = None


def parse(arguments: Iterable[str]) -> dict[str, Mapped]:
    """`NAME=ROLE`, `NAME=ROLE:in,out` or `NAME=ROLE:out,in` by name. Raises ValueError for anything else.

    >>> parse(["fc1.weight=hidden:out,in", "emb.b=embedding2"])["emb.b"]
    Mapped(role='embedding', number=2, orientation=None)
    """
    mapped = dict[str, Mapped]()
    for argument in arguments:
        name, _, given = argument.rpartition("=")
        role, _, orientation = given.partition(":")
        numbered = re.fullmatch(r"(input|embedding|hidden)([1-9]\d{0,3})", role, re.ASCII)
        plain = numbered[1] if numbered else role
        if not name or plain not in ROLES or (orientation and orientation not in ORIENTATIONS):
            raise ValueError(
                f"{argument[:60]!r}, expected NAME=ROLE, with :in,out or :out,in where it matters; roles are"
                f" {', '.join(ROLES)}"
            )
        if name in mapped:
            raise ValueError(f"{name!r} twice, expected one role for each tensor")
        mapped[name] = Mapped(plain, int(numbered[2]) if numbered else None, orientation or None)
    return mapped


def require_names(mapped: Mapping[str, Mapped], names: Iterable[str]) -> None:
    """Raise ValueError for a mapped name that the file does not hold."""
    known = list(names)
    missing = next((name for name in mapped if name not in known), None)
    if missing is not None:
        raise ValueError(f"{missing!r} is no tensor of this file, expected one of {', '.join(known)[:300]}")


def suits(name: str, role: str) -> bool:
    """Whether a name does not speak against a role; an embedding's name must speak for it."""
    if role in ("embedding", "tokens"):
        return bool(EMBEDS.search(name)) and not UNEMBEDS.search(name)
    if role in ("input", "hidden"):
        return not UNEMBEDS.search(name) and not OUTPUTS.search(name) and (role == "input" or not EMBEDS.search(name))
    if INPUTS.search(name):
        return False
    if role == "unembedding":
        return bool(UNEMBEDS.search(name) or OUTPUTS.search(name))
    return not (EMBEDS.search(name) and not UNEMBEDS.search(name)) and not (
        role == "projection" and UNEMBEDS.search(name)
    )


def stem(name: str) -> str:
    """What a matrix and its bias share: net.0.weight and net.0.bias, mlp.W_in and mlp.b_in, W1 and b1.

    >>> stem("mlp.W_in") == stem("mlp.b_in"), stem("fc1.weight") == stem("fc2.bias")
    (True, False)
    """
    head, _, last = name.rpartition(".")
    plain = re.sub(r"^(?:weight|bias|kernel|W|b|w)(?=$|_|\d)|(?:^|_)(?:weight|bias)$", "", last)
    return f"{head}.{plain}"


def order(name: str) -> tuple[str, tuple[int, ...]]:
    """A name without its numbers, and they: of names alike but for numbers, the lower is computed first."""
    return re.sub(r"\d+", "#", name), tuple(map(int, re.findall(r"\d+", name)))
