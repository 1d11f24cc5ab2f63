"""Trained networks for addition mod n with one hidden ReLU layer: their clusters, frequencies, phases and embeddings.

Like all of `margin.analysis` it takes arrays, from whatever model they are, and imports numpy alone.
"""
