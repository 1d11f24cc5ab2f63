"""Lower bounds on widths by semidefinite programs: exponents, the program, its exact rounding, certificates."""
