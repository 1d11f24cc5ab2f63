"""Certificates of widths in dihedral groups: the files of the corpus, and an oracle."""
