"""Builders of certificates of logits."""
