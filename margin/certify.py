"""A rigorous lower bound on gamma* from anyone's weights: the margin that they really have.

python -m margin.certify weights.safetensors --out c.json
python -m margin.certify weights.safetensors --out c.json --logits    # accuracy and least margin, ReLU too
"""

from __future__ import annotations

from pathlib import Path

from margin.io.command import Parser, refusing, require_places, run, say
from margin.io.output import shown

PROG = "python -m margin.certify"


def main() -> int:
    parser = Parser(
        PROG,
        "Certificate that gamma* is at least the normalised margin of a network: tensors U (k,n,m) and W (m,n).",
        "exit codes: 0 written, 2 wrong input",
    )
    parser.add_argument("weights", metavar="FILE.safetensors")
    parser.add_argument("--out", metavar="FILE.json", required=True, help="the certificate")
    parser.add_argument("--logits", action="store_true", help="certify accuracy and least margin in logits, no norm")
    arguments = parser.parse_args()
    from margin.addition.certificate import weights_certificate
    from margin.addition.logits import logits_certificate
    from margin.addition.maximum import maximum_margin
    from margin.io.files import write_whole
    from margin.networks.integer_margin import float_below
    from margin.networks.storage import load
    from margin.tasks import ModularAddition

    require_places({"--out": arguments.out}, {"the weights": arguments.weights})
    with refusing(arguments.weights):
        network = load(arguments.weights)
        logits = logits_certificate(network) if arguments.logits else None
        content, value = weights_certificate(network) if logits is None else (logits.content, logits.least_margin)
    with refusing("--out"):
        write_whole(Path(arguments.out), content)
    task = network.on
    if logits is not None:
        weights = "these weights" if logits.exact else "these weights, rounded,"
        say(f"{shown(arguments.out)}: {logits.statement} for {task}, {weights} with activation {network.activation}")
        return 0
    assert isinstance(task, ModularAddition)  # others have no certificate
    share = float(value) / float(maximum_margin(task))
    say(f"{shown(arguments.out)}: gamma* >= {float_below(value):.17g} for {task}, {share:.6f} of the maximum margin")
    return 0


if __name__ == "__main__":
    run(PROG, main)
