"""`algebraic-margin` and `python -m margin`: every command under one name, its help, what is refused."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

import margin
from margin import __main__ as entry
from margin.io import command
from margin.io.catalogue import COMMANDS, EXTRAS, Command, examples, install
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer, call, start

BY_NAME = {command.name: command for command in COMMANDS}
MODULES = [[*command.module.split(), *command.first] for command in COMMANDS]
SURVEYS = [["margin.survey", "solver"], ["margin.survey", "widths"], ["margin.survey", "quadratic"]]


def test_overview_lists_every_command_with_an_example() -> None:
    answer = start("-m", "margin")
    assert (answer.code, answer.err) == (0, "")
    assert start("-m", "margin", "--help") == answer == start("-m", "margin", "-h")
    wanted = "predict width solve certify inspect prune verify claims train figures plot survey group selftest"
    assert list(BY_NAME) == wanted.split()
    for name, listed in BY_NAME.items():
        assert f"\n  {name:<9} {listed.summary}" in answer.out
        assert f"algebraic-margin {name} {listed.examples[0]}".strip() + "\n" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments", [["-m", "margin", name] for name in BY_NAME] + [["-m", *m] for m in MODULES + SURVEYS]
)
def test_every_help_fits_80_columns_and_has_examples_and_exit_codes(arguments: list[str]) -> None:
    answer = start(*arguments, "--help", environment={"COLUMNS": "200"})
    assert (answer.code, answer.err) == (0, "")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "exit codes:" in answer.out
    assert ", 3 the" in answer.out
    if arguments not in [["-m", *m] for m in SURVEYS]:
        name = (
            "algebraic-margin " + arguments[2] if arguments[1] == "margin" else "python -m " + " ".join(arguments[1:])
        )
        assert f"examples:\n  {name}" in answer.out
        assert answer.out.startswith(f"usage: {name} ")


@pytest.mark.parametrize("arguments", [["margin"], *(["margin", name] for name in BY_NAME), *MODULES, *SURVEYS])
def test_every_command_says_its_version(arguments: list[str]) -> None:
    assert start("-m", *arguments, "--version") == Answer(0, f"algebraic-margin {margin.__version__}\n", "")


def test_a_command_answers_as_by_its_own_name() -> None:
    assert start("-m", "margin", "group", "S3") == start("-m", "margin.group", "S3")
    assert start("-m", "margin", "train", "list") == start("-m", "training", "list")
    arguments = ["--p", "6", "--k", "2", "--check", "none"]
    assert start("-m", "margin", "predict", *arguments) == start("-m", "margin.predict", *arguments)


def test_refusals_speak_in_the_name_that_was_called() -> None:
    assert start("-m", "margin", "predict", "--p").err == (
        "algebraic-margin predict: argument --p/--n: expected one argument; see algebraic-margin predict --help\n"
    )
    assert start("-m", "margin.predict", "--p").err.startswith("python -m margin.predict: argument --p/--n")
    assert start("-m", "margin", "verify").err.startswith("algebraic-margin verify: the following arguments")
    assert start("-m", "margin", "claims", "Z1").err.startswith("algebraic-margin claims: unknown claim 'Z1'")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["inspect", "no.npz", "--task", "mod:5", "--k", "2"], "algebraic-margin inspect: [Errno 2]"),
        (["certify", "junk.safetensors", "--out", "c.json"], "algebraic-margin certify: junk.safetensors: not a"),
        (["solve", "--p", "3", "--k", "2", "--time-limit", "0"], "algebraic-margin solve: time limit 0"),
        (["solve", "--p", "3", "--k", "2", "--tolerance", "2"], "algebraic-margin solve: tolerance 2.0"),
    ],
)
def test_a_refusal_says_a_name_once(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "junk.safetensors").write_bytes(b"junk")
    answer = start("-m", "margin", *arguments, cwd=tmp_path)
    assert_refused(answer, said, program=f"algebraic-margin {arguments[0]}")
    assert answer.err.count("junk.safetensors") <= 1


def test_no_refusal_names_its_own_command_twice() -> None:
    """What `refusing` puts before a message is never the name that every refusal begins with."""
    for listed in COMMANDS:
        path = ROOT.joinpath(*listed.module.split(".")).with_suffix(".py")
        if path.is_file():
            assert f'refusing("{listed.name}")' not in path.read_text("utf-8")
    assert 'refusing("--certificate")' in (ROOT / "margin" / "inspect.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prdict", "--p", "5"], "unknown command 'prdict' (near predict), expected one of predict, width"),
        (["--p", "5"], "unknown command '--p', expected one of"),
        ([""], "unknown command ''"),
        (["--help", "predict"], "unknown command '--help'"),
    ],
)
def test_unknown_commands_are_refused(arguments: list[str], said: str) -> None:
    assert_refused(call(*arguments, module="margin.__main__"), said, program="algebraic-margin")


def test_in_a_folder_with_packages_of_the_same_names(tmp_path: Path) -> None:
    for name in ("training", "paper_figures", "proofs_check"):
        (tmp_path / name).mkdir()
        for file in ("__init__.py", "__main__.py"):
            (tmp_path / name / file).write_text("print('mine'); raise SystemExit(9)\n")
    script = tmp_path / "bin" / "algebraic-margin"
    script.parent.mkdir()
    script.write_text("from margin.__main__ import enter\nenter()\n")  # what pip writes
    assert start("-m", "training", "list", cwd=tmp_path).out == "mine\n"  # so it would be
    for way in (["-m", "margin"], [str(script)]):
        answer = start(*way, "train", "list", cwd=tmp_path)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith("mod23 ")
        assert start(*way, "verify", "missing.json", cwd=tmp_path).out.startswith("MALFORMED missing.json")


def test_a_package_that_is_not_installed_beside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = Command("other", "no_such_package.inside", "", ("",))
    monkeypatch.setattr(entry, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(SystemExit) as stop:
        entry.start(absent, [])
    assert stop.value.code == 2
    assert "the package no_such_package is not installed beside margin" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "arguments", "package"),
    [
        ("train", ["run", "mod23"], "torch"),
        ("figures", ["list"], "matplotlib"),
        ("plot", ["net.pt", "--task", "mod:5", "--k", "2"], "matplotlib"),
        ("plot", ["m.parquet"], "pyarrow"),
        ("inspect", ["net.pt", "--task", "mod:5", "--k", "2", "--report", "seen"], "matplotlib"),
        ("solve", ["--p", "3", "--k", "2"], "scipy"),
        ("prune", [f"{ROOT}/tests/margin/networks/older_files/addition.safetensors"], "scipy"),
        ("predict", ["--p", "3", "--k", "2", "--save", "w"], "numpy"),
        ("group", ["S3"], "numpy"),
        ("inspect", ["net.pt", "--task", "mod:5", "--k", "2"], "torch"),
        ("verify", ["--both", "c.json"], "flint"),
    ],
)
def test_a_missing_extra_is_named_in_one_line(name: str, arguments: list[str], package: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Blocker:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {package!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Blocker)\n"
    )
    for file in ("net.pt", "m.parquet"):
        (tmp_path / file).write_bytes(b"a file")
    environment = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    answer = start("-m", "margin", name, *arguments, cwd=tmp_path, environment=environment)
    extra = [] if EXTRAS[package] is None else [f"'.[{EXTRAS[package]}]'"]
    assert_refused(answer, "pip install", *extra, program=f"algebraic-margin {name}")


def test_the_list_of_commands_is_complete() -> None:
    assert {command.extra for command in COMMANDS} <= {*EXTRAS.values(), None}
    way = "in a checkout of the project: pip install -c constraints.txt"
    assert (install("tqdm"), install("torch")) == (f"{way} .", f"{way} '.[train]'")
    assert f"\n{install('scipy')}.\n" in entry.overview()
    assert "pip install -c constraints.txt '.[train]'" in (ROOT / "README.md").read_text("utf-8")
    with pytest.raises(KeyError):
        install("no_such_package")
    assert examples("python -m proofs_check verify") == [
        "python -m proofs_check verify c.json",
        "python -m proofs_check verify --both c.json d.json",
    ]
    assert examples("python -m tests") == []
    scripts = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '\nalgebraic-margin = "margin.__main__:enter"\n' in scripts


def test_examples_parse() -> None:
    """Every example is taken by the command's parser: what is refused, if anything, is a file that is not there."""
    for listed in COMMANDS:
        for example in listed.examples:
            assert not re.search(r"['\"$;]", example)
            assert shlex.split(example) == example.split()
            assert len(f"  {listed.prog} {example}") <= 78


def test_names_are_replaced_as_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command._Name, "prog", "python -m margin")
    monkeypatch.setattr(command._Name, "name", r"C:\bin\margin")
    assert command.complain("python -m margin", "python -m margin.predict, python -m margin x", 1) == 1
    assert capsys.readouterr().err == "C:\\bin\\margin: python -m margin.predict, C:\\bin\\margin x\n"
