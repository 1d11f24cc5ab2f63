"""What Li et al. say of trained networks and transformers."""
