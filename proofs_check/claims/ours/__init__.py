"""Claims of this project: what it says beyond the papers."""
