"""Parts of the pairs as training data: when gamma* is that of all pairs, and what it is where symmetry is left."""
