"""The trusted kernel: checks certificates with the standard library alone; the formats and proofs are in formats/."""
