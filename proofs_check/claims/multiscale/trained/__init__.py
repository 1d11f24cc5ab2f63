"""What the paper on several scales says of trained networks."""
