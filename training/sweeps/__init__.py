"""Sweeps: thousands of networks in shards, on one core, on many, or on a cluster."""
