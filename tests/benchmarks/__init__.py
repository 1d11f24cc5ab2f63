"""Tests of the benchmarks: what they refuse, and that long ones go on."""
