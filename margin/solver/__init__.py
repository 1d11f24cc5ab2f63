"""Maximum margins of finite data sets by column generation, with no theory assumed."""

from margin.solver.dataset import DataSet, from_table, from_task, one_hot, read_data, read_table
from margin.solver.exact import exact_margin
from margin.solver.generation import Solution, solve
from margin.solver.neurons import DataNetwork

__all__ = [
    "DataNetwork",
    "DataSet",
    "Solution",
    "exact_margin",
    "from_table",
    "from_task",
    "one_hot",
    "read_data",
    "read_table",
    "solve",
]
