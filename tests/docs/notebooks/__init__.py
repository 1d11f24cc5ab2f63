"""Tests of the documents: citations, links, transcripts, tables."""
