"""What Morwani et al. say of other tasks: sparse parity and finite groups."""
