"""The command of the figures: names, refusals, the same bytes each time, nothing of torch or training."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

pytest.importorskip("matplotlib")

import matplotlib
from PIL import Image

from margin.tasks import ModularAddition, SparseParity
from paper_figures import figures as families
from paper_figures import registry, style, tables, theory
from paper_figures.command import FORMATS, PROG
from paper_figures.figures import irreps
from paper_figures.registry import PICTURES
from tests.helpers.architecture import imports_of, top_level, tracked
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer, call, listing, spawn

WITHOUT = """
import sys

class Blocker:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, Blocker)
from margin.io.command import run
from paper_figures.command import PROG, main

run(PROG, main)
"""


def figures(*arguments: str) -> Answer:
    return call(*arguments, module="paper_figures.command")


def test_list_names_every_figure() -> None:
    answer = figures("list")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.splitlines()] == list(PICTURES)
    wanted = {"margin-mod23", "margin-mod71", "margin-k3", "margin-even", "margin-groups", "frequencies", "irreps"}
    wanted |= {f"{kind}-{name}" for kind in ("embedding", "animation") for name in ("mod23", "mod71-relu")}
    wanted |= {f"li-{what}-k{k}" for what in ("neurons", "spectra") for k in (3, 4, 5)}
    assert set(PICTURES) >= wanted | {"parity", "gamma-n", "widths", "representations", "lambda", "seconds"}


NEW = """
from matplotlib.figure import Figure
from paper_figures.picture import Picture

PICTURES = [Picture({name!r}, "nothing", (), lambda: 0, lambda data: "No training.", lambda data: Figure())]
"""


def test_a_new_module_is_a_new_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file, named nowhere, comes last; a name that is taken is refused."""
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    for module, name in (("zz_new", "nothing"), ("zz_twice", "nothing")):
        (tmp_path / f"{module}.py").write_text(NEW.format(name=name))
        if module == "zz_new":
            assert list(registry.load()) == [*PICTURES, "nothing"]
        else:
            with pytest.raises(ValueError, match=r"figure nothing: there twice, again in .*zz_twice"):
                registry.load()
    for module in ("zz_new", "zz_twice"):
        sys.modules.pop(f"{families.__name__}.{module}")


def test_the_figure_of_the_instructions_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The block of docs/extending.md, under 20 lines of code, as a file beside the others."""
    _, _, after = (ROOT / "docs" / "extending.md").read_text().partition("## A figure")
    (code,) = re.findall(r"```python\n(.*?)```", after.partition("\n## ")[0], re.DOTALL)
    assert sum(bool(line.strip()) for line in code.splitlines()) < 20
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    (tmp_path / "inputs.py").write_text(code)
    found = registry.load()
    assert set(found) == {*PICTURES, "inputs"}
    (tmp_path / "out").mkdir()
    found["inputs"].write(tmp_path / "out", ("svg",))
    svg = (tmp_path / "out" / "inputs.svg").read_text()
    assert "inputs: Addition of k inputs mod 7, activation x^k" in svg
    assert (tmp_path / "out" / "inputs.txt").read_text().endswith("No training.\n")
    sys.modules.pop(f"{families.__name__}.inputs")


def test_every_module_listed_in_an_order_is_there() -> None:
    """And the order is that of the list; a module that it does not name comes last, as the test above has seen."""
    modules = {module.name for module in iter_modules(families.__path__)}
    assert set(registry.ORDER) <= modules
    assert len(registry.ORDER) == len(set(registry.ORDER))
    homes = [
        picture.name for name in registry.ORDER for picture in import_module(f"{families.__name__}.{name}").PICTURES
    ]
    assert list(PICTURES)[: len(homes)] == homes


def test_tasks_come_from_the_tables() -> None:
    tasks = theory.recipes()
    assert (tasks["mod23"], tasks["parity"]) == (ModularAddition(23, 2), SparseParity(10, 4))
    assert "morwani-mod71" in tasks
    assert "morwani-mod71-relu" not in tasks  # gamma* is that of networks with activation x^k
    titles = [tasks[name].title for name in ("k3-n13", "s4", "parity")]
    assert titles == ["n = 13, k = 3", "S4, k = 2", "parity of 4 of 10 bits"]
    assert theory.published_margin(tasks["parity"]) is None
    with pytest.raises(ValueError, match="recipe mod23: addition of 2 inputs mod 23, expected the composition"):
        irreps.irreps("mod23")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("margn-mod23",), ("unknown figure 'margn-mod23'", "nearest known one is 'margin-mod23'")),
        (("widths", "lamda"), ("'lambda'",)),
        (("",), ("unknown figure ''",)),
        (("list", "widths"), ("list takes no names",)),
        (("list", "--out", "x"), ("list takes no",)),
        (("all", "widths"), ("all takes no further names",)),
        (("widths", "--format", "eps"), ("'eps'", FORMATS)),
        (("widths", "--format", ""), ("''", FORMATS)),
        ((), ("list | all | NAME",)),
        (("widths", "--out", "/dev/null/x"), ("--out",)),
    ],
)
def test_refusals(arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert_refused(figures(*arguments), *words, program=PROG)


def test_a_missing_table_is_refused_with_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "DATA", tmp_path)
    answer = figures("gamma-n", "--out", str(tmp_path / "out"))
    assert_refused(
        answer,
        "gamma-n:",
        "moduli.csv is missing",
        "python -m training tables moduli",
        program=PROG,
        folder=tmp_path / "out",
    )


def test_without_matplotlib_the_command_says_what_to_install() -> None:
    answer = spawn("list", program=WITHOUT.format(blocked={"matplotlib"}))
    assert_refused(answer, "pip install -c constraints.txt '.[figures]'", program=PROG)


def test_without_torch_the_figures_are_made(tmp_path: Path) -> None:
    answer = spawn(
        "widths", "--format", "svg", "--out", str(tmp_path), program=WITHOUT.format(blocked={"torch", "training"})
    )
    assert (answer.code, answer.err) == (0, "")
    assert set(listing(tmp_path)) == {"widths.svg", "widths.txt"}


@pytest.mark.parametrize("path", tracked("paper_figures/*.py"), ids=lambda path: path.stem)
def test_figures_import_only_the_theory(path: Path) -> None:
    assert not top_level(imports_of(path)) & {
        "torch",
        "training",
        "benchmarks",
        "proofs_check",
        "tests",
        "scipy",
        "pandas",
        "",
    }


def test_the_same_bytes_in_two_processes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "paper_figures", "widths", "--out", str(tmp_path / seed)]
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True)
    first, second = listing(tmp_path / "1"), listing(tmp_path / "2")
    assert first == second
    assert set(first) == {f"widths.{form}" for form in ("svg", "pdf", "png", "txt")}


@pytest.mark.parametrize("name", ["lambda", "animation-mod23"])
def test_the_same_bytes_twice_whatever_the_user_has_set(name: str, tmp_path: Path) -> None:
    """Also after another figure, and with matplotlib configured otherwise."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        PICTURES[name].write(folder, ("svg", "pdf"))
        matplotlib.rcParams["font.size"] = 20
    matplotlib.rcdefaults()
    assert listing(folders[0]) == listing(folders[1])
    assert len(listing(folders[0])) == (2 if name.startswith("animation") else 3)
    for name, content in listing(folders[0]).items():
        assert b"CreationDate" not in content, name
        assert b"<dc:date>" not in content, name


def test_an_animation_has_a_frame_for_every_step(tmp_path: Path) -> None:
    picture = PICTURES["animation-mod23"]
    (gif, caption) = picture.write(tmp_path)
    with Image.open(gif) as image:
        assert image.n_frames == len(picture.data().steps)  # type: ignore[attr-defined]
        assert image.info["loop"] == 0
    assert gif.stat().st_size < 1_000_000
    assert caption.read_text().count("\n") == 1


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise ValueError("no ink")

    monkeypatch.setattr("paper_figures.picture.content", broken)
    assert_refused(figures("widths", "--out", str(tmp_path)), "widths: no ink", program=PROG, folder=tmp_path)


def test_seeds_in_words() -> None:
    assert style.seeds_text([0]) == "one seed (0)"
    assert style.seeds_text([2, 0, 1, 1]) == "3 seeds (0-2)"
    assert style.seeds_text([0, 2]) == "2 seeds (0, 2)"


def test_spans_in_words() -> None:
    assert style.span(0.99901, 0.9995, 4) == "0.9990 to 0.9995"
    assert style.span(0.99901, 0.99902, 4) == "0.9990"
