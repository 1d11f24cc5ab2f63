"""Networks as arrays on a task: activations, phases, integer margins, storage; no theory."""
