"""Training steps of networks of neurons, forward and backward by hand."""
