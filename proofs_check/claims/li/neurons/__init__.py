"""What Li et al. say of a single neuron: its objective, and the identities behind it."""
