"""What the paper on several scales says of cosets, representations and clusters."""
