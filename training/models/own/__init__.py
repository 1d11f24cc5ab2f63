"""One's own networks, found by themselves: `MODELS` of a file names its children of `models.formula.Formula`."""
