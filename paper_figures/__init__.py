"""The figures: each is a function of saved tables and of the theory, never of a training run."""
