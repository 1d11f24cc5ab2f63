"""What the theory predicts of a run, asked of its task and network: gamma*, and the optimum at finite lambda."""

from __future__ import annotations

from functools import lru_cache

from margin import theory
from margin.answers.finite_lambda import FiniteLambda
from margin.shared.maximum import SharedMargin
from margin.tasks import SharedEmbedding, SparseParity
from training.config import Config
from training.settings import CrossEntropy, Penalised, Squared


@lru_cache(maxsize=32)
def gamma(config: Config) -> float | None:
    """gamma* of the task and the network as a float; None for a network of which nothing is predicted.

    With a shared embedding the lower end of its enclosure, which a network reaches (docs/theory.md, 10).
    Raises ValueError for a task that is none.
    """
    task = config.task.posed()
    if not config.model.predicted:
        return None
    best = theory.maximum_margin(task)
    return float(best.low) if isinstance(best, SharedMargin) else float(best)


def strength(config: Config) -> float:
    """lambda in absolute units, 0 for a loss without one. Raises ValueError for units of gamma* without a gamma*."""
    if not isinstance(config.loss, Penalised):
        return 0.0
    if config.loss.unit == "one":
        return config.loss.strength
    value = gamma(config)
    if value is None:
        what = config.model.without_theory(config.task.k)
        raise ValueError(f"strength_unit = gamma, but gamma* of {what} is not known; expected strength_unit = one")
    return config.loss.strength * value


def exponent(config: Config) -> float:
    """r of the regulariser lambda ||theta||^r; where it is not set nu, and 2 for a network that is not homogeneous."""
    degree = config.model.degree(config.task.k) or 2
    given = config.loss.exponent if isinstance(config.loss, Penalised) else None
    return float(degree) if given is None else given


def by_neurons(config: Config) -> float | None:
    """r where the regulariser is lambda sum_i ||neuron_i||^r; None where it is lambda ||theta||^r, or there is none."""
    chosen = config.loss
    return exponent(config) if isinstance(chosen, CrossEntropy) and chosen.norm == "neurons" else None


def converges(config: Config) -> bool:
    """Whether a known optimum at finite lambda is what the run converges to: r = nu, on the population.

    With a shared embedding none is known.
    """
    if isinstance(config.loss, Squared) and config.loss.targets == "one_hot" and not _one_hot_known(config):
        return False
    return (
        isinstance(config.loss, Penalised)
        and not isinstance(config.task.posed(), SharedEmbedding)
        and config.loss.strength > 0
        and exponent(config) == config.model.degree(config.task.k)
        and config.data.train_share == 1
    )


def finite_lambda(config: Config) -> FiniteLambda | None:
    """What the loss + lambda ||theta||^nu on the population converges to; None where nothing is predicted."""
    value, loss, task = strength(config), config.loss, config.task.posed()
    if not (config.model.predicted and value) or isinstance(task, SharedEmbedding):
        return None
    if not isinstance(loss, Squared):
        return theory.finite_lambda(task, value)
    if loss.targets == "one_hot" and not _one_hot_known(config):
        return None
    return theory.finite_lambda(task, value, "squared", loss.targets)


def _one_hot_known(config: Config) -> bool:
    """Whether the optimum for one-hot targets is known: two inputs that are elements (docs/theory.md, 7.9)."""
    task = config.task.posed()
    return task.k == 2 and not isinstance(task, SparseParity)
