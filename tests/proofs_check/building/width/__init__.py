"""Certificates of widths: the files of the corpus, and an oracle."""
