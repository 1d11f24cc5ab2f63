"""Tests of `margin.parts`."""
