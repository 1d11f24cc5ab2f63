"""What Morwani et al. say of addition mod p: the clock, the margin, the form of the neurons."""
