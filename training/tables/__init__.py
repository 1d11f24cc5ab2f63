"""Tables from finished runs: training/data/NAME.csv (or .parquet) with NAME.json, the runs behind it.

python -m training tables [TABLE...] --runs DIR [DIR...] --date 2026-11-21
"""
