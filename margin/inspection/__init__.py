"""Anybody's trained weights: what a file holds, how it is laid out, and what the network in it has learnt."""
