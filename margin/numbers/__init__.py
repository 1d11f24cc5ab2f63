"""Exact numbers: square roots, number fields, ratios; linear programs and matrices over them."""
