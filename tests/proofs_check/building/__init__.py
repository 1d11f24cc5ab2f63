"""Builders of the corpus, weakened copies of the kernel, random changes of files."""
