"""Tests of the analysis of trained networks for addition mod n: planted structure, and data without any."""
