"""A run's folder in parts: its name, its JSON documents, its trajectory, its checkpoints."""
