"""Every figure by its name: those of all modules of `paper_figures.figures`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from paper_figures import figures
from paper_figures.picture import Picture

# as they are listed; modules not named here follow by name
ORDER = (
    *("neurons", "curves", "irreps", "parity", "li", "circuits"),
    *("moduli", "widths", "trained_widths", "representations", "strengths", "seconds"),
)


def load() -> dict[str, Picture]:
    """Imports every module of figures. Raises ValueError where two figures have one name."""
    names = sorted((module.name for module in iter_modules(figures.__path__)), key=lambda name: (_place(name), name))
    pictures: dict[str, Picture] = {}
    for name in names:
        for picture in import_module(f"{figures.__name__}.{name}").PICTURES:
            if picture.name in pictures:
                raise ValueError(f"figure {picture.name}: there twice, again in {figures.__name__}.{name}")
            pictures[picture.name] = picture
    return pictures


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


PICTURES = load()
