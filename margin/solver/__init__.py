"""Maximum margins of finite data sets by column generation, with no theory assumed."""

from margin.solver.dataset import DataSet, from_table, from_task, one_hot, read_data, read_table
from margin.solver.generation import Solution, solve
from margin.solver.neurons import DataNetwork

__all__ = [
    "DataNetwork",
    "DataSet",
    "Solution",
    "from_table",
    "from_task",
    "one_hot",
    "read_data",
    "read_table",
    "solve",
]
