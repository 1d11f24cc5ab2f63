"""Tests of the checkers of certificates: corpus/ holds the files, building/ writes them."""
