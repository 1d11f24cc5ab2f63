"""What Morwani et al. say of trained networks."""
