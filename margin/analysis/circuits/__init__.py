"""How a trained network adds: what its matrices keep by rank and frequency, and fits to waves of two elements."""
