"""Pictures of anybody's own network or run: from an inspection, or from a trajectory of margins."""
