"""Maximum margins of finite data sets by column generation, with no theory assumed."""

from margin.solver.dataset import DataSet, from_table, from_task, one_hot, read_data, read_table
from margin.solver.generation import solve
from margin.solver.solution import Outcome, Solution

__all__ = [
    "DataSet",
    "Outcome",
    "Solution",
    "from_table",
    "from_task",
    "one_hot",
    "read_data",
    "read_table",
    "solve",
]
