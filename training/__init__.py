"""What gradient descent does: training from random weights, measured against the predicted maximum margin.

python -m training list | run PRESET | resume DIR | compare DIR... | experiments [NAME...] | tables [NAME...]

Arrays: U has shape (k, n, m) and W (m, n) for modular addition and groups, as in `margin.networks`; sparse parity has
U (1, n, m) while training, saved as (n, m), and W (m, 2), as in `margin.networks.network`. Importing this package loads
nothing: others read its saved tables, training/data, as package data.
"""
