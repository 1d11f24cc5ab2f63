"""Addition of k inputs mod n: margin, construction, widths, checks and certificates."""
