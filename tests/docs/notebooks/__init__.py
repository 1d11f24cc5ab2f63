"""Tests of the notebooks: each runs, and notices what is false."""
