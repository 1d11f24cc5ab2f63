"""Builders of the corpus of certificates for groups and for sparse parity; run make_corpus.py to write it."""
