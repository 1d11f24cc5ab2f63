"""Claims of the papers, one per file or family, each with a check that says whether it holds.

A folder for each paper, in it one for each part of what it says; `template.py` is a file to copy for a new claim, and
`shared` what several claims compute with. A module is found by its name: the paper's letter, a number, then words.
"""
