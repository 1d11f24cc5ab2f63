"""Composition of k elements of a finite group: margin, construction, widths, checks and certificates."""
