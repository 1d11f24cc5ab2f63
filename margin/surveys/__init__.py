"""Rows and texts of the surveys: groups, the solver, widths."""
