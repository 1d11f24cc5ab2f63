"""Networks as training sees them: named tensors with axes, logits, and one step's loss and gradients."""
