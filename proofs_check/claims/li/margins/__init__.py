"""What Li et al. say of the maximum margin, and of the number of neurons that reach it."""
