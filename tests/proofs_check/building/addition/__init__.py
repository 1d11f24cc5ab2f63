"""Builders of the corpus of certificates for addition, step by step."""
