"""How weights follow gradients: optimisers that start at once, equal to torch.optim's to the last bit."""
