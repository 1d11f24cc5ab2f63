"""Sparse parity, k of n bits: margin, construction, widths, checks and certificates."""
