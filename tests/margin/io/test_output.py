"""Standard output is the command's: nothing that C or Python prints enters an answer; what stays of exit codes."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from margin.io import output
from margin.io.output import Unwritable, answering, say, shown
from tests.helpers.architecture import modules
from tests.helpers.command_line import ROOT, Answer

INSTALL = "in a checkout of the project: pip install -c constraints.txt"
NOISY = """
import ctypes, os, sys
from margin.io.command import answer, run

def main():
    ctypes.CDLL(None).puts(b"banner of C, flushed when the process ends")
    os.write(1, b"banner of descriptor 1\\n")
    os.system("echo banner of a child")
    print("banner of Python")
    sys.stdout.write("banner of sys.stdout\\n")
    answer({"yes": [1, 2]}, [])
    print("banner after the answer")
    return 0

run("noisy", main)
"""
PLAIN = "from margin.io.command import run, say\nrun('plain', lambda: say('yes') or 0)"
FAILING = "from margin.io.command import run\ndef main():\n    {body}\nrun('failing', main)"


def program(text: str, *, shell: str = "", environment: dict[str, str] | None = None) -> Answer:
    """A Python program in a process of its own, its streams bytes that need not be UTF-8."""
    command = f'exec "$0" -c "$1" {shell}'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable, text],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
    )
    return Answer(done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1"))


def test_nothing_enters_the_answer() -> None:
    done = program(NOISY)
    assert (done.code, json.loads(done.out)) == (0, {"yes": [1, 2]})
    assert done.err.count("banner") == 6
    assert "banner" not in done.out


def test_without_the_road_it_would() -> None:
    """The negative twin: the same work, its answer printed."""
    done = program(NOISY.replace('run("noisy", main)', "main()"))
    assert done.out.count("banner") == 6


@pytest.mark.parametrize(
    ("shell", "code", "out", "err"),
    [
        ("", 0, "yes\n", ""),
        ("2>&-", 0, "yes\n", ""),
        ("<&-", 0, "yes\n", ""),
        ("<&- 2>&-", 0, "yes\n", ""),
        (">&-", 2, "", "plain: cannot write the answer to standard output: it is closed\n"),
        (">&- 2>&-", 2, "", ""),
        (
            "> /dev/full",
            2,
            "",
            "plain: cannot write the answer to standard output: [Errno 28] No space left on device\n",
        ),
    ],
)
def test_streams_that_are_closed_or_full(shell: str, code: int, out: str, err: str) -> None:
    assert program(PLAIN, shell=shell) == Answer(code, out, err)


def test_a_file_opened_while_standard_output_is_closed_is_not_standard_output(tmp_path: Path) -> None:
    body = f"open({str(tmp_path / 'f')!r}, 'w').write('data'); import os; os.write(1, b'banner'); return 0"
    done = program(FAILING.format(body=body), shell=">&-")
    assert (done.code, "banner" in done.err) == (2, True)
    assert (tmp_path / "f").read_text() == "data"


def test_a_reader_that_has_gone() -> None:
    body = "[say('line') for _ in range(10**5)]; return 7"
    text = "from margin.io.command import run, say\ndef main():\n    " + body + "\nrun('long', main)"
    done = program(text, shell="| head -1; exit ${PIPESTATUS[0]}")
    assert done == Answer(0, "line\n", "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_names_that_the_terminal_has_no_letters_for(encoding: str) -> None:
    text = r"""
from margin.io.command import Refused, run, say
def main():
    say("Z\u2082 \udcff \u03b3")
    raise Refused("Z\u2082 \udcff")
run("letters", main)
"""
    done = program(text, environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert done == Answer(2, "Z\\u2082 \\udcff \\u03b3\n", "letters: Z\\u2082 \\udcff\n")


def test_what_acts_on_a_terminal_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown("plain gamma* >= 1/3, Zürich") == "plain gamma* >= 1/3, Zürich"
    assert shown("a\x1b[2K\r\nb\u202ec\x7f\x9b") == "a\\x1b[2K\\r\\nb\\u202ec\\x7f\\x9b"
    say("one\ttwo\nthree\x1b[1A", "four")
    assert capsys.readouterr().out == "one\ttwo\nthree\\x1b[1A\nfour\n"


@pytest.mark.parametrize(
    ("body", "code", "last"),
    [
        ("raise ZeroDivisionError('by 0')", 3, "please report it: ZeroDivisionError: by 0"),
        ("raise OSError('no disk')", 3, "OSError: no disk"),
        ("raise MemoryError", 3, "MemoryError: "),
        ("import no_such_module", 3, "ModuleNotFoundError: No module named 'no_such_module'"),
        ("return 1", 1, ""),
        ("raise SystemExit(143)", 143, ""),
        ("raise KeyboardInterrupt", 130, "interrupted; nothing was left half written"),
        ("from margin.io.command import Refused; raise Refused('wrong')", 2, "failing: wrong"),
    ],
)
def test_a_failure_of_the_command_is_no_answer(body: str, code: int, last: str) -> None:
    done = program(FAILING.format(body=body))
    assert (done.code, done.out) == (code, "")
    assert ("Traceback" in done.err) == (code == 3)
    lines = done.err.splitlines()
    assert lines[-1].endswith(last.strip()) if last else not lines


@pytest.mark.parametrize(
    ("package", "how"),
    [("torch", "'.[train]'"), ("flint", "'.[recheck]'"), ("numpy", ".")],
)
def test_a_missing_package_is_named_with_what_to_install(package: str, how: str) -> None:
    body = f"import sys; sys.modules[{package!r}] = None; raise ModuleNotFoundError(name={package!r} + '.inner')"
    done = program(FAILING.format(body=body))
    assert done == Answer(2, "", f"failing: needs {package}, which is not installed; {INSTALL} {how}\n")


def test_streams_of_this_process_are_put_back(capfd: pytest.CaptureFixture[str]) -> None:
    before, text = sys.stdout, io.StringIO()
    with redirect_stdout(text), answering():
        say("answer")
        print("noise of Python")
        os.write(1, b"noise of C\n")
    assert sys.stdout is before
    assert text.getvalue() == "answer\n"
    say("outside")
    os.write(1, b"descriptor 1\n")
    written = capfd.readouterr()
    assert written.out == "outside\ndescriptor 1\n"
    assert written.err == "noise of Python\nnoise of C\n"


def test_a_stream_that_fails_is_told_from_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError("full")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(Unwritable, match="full"):
        say("line")
    with pytest.raises(Unwritable, match="closed"), redirect_stdout(None), answering():
        output.require_stream()


def prints(text: str) -> int:
    """How often a program calls print or writes to sys.stdout itself."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return sum(ast.unparse(call.func) in ("print", "sys.stdout.write") for call in calls)


def test_every_command_answers_by_the_one_road() -> None:
    """All but the bare checkers, which import nothing of this project."""
    assert prints("print('a')\nif x:\n    sys.stdout.write('b')\n'print(1)'") == 2
    bare = ("check", "check_groups", "check_parity", "recheck", "kernel", "second")
    counts = {
        name: prints(path.read_text("utf-8"))
        for name, path in modules().items()
        if not name.startswith(tuple(f"proofs_check.{module}" for module in bare))
    }
    assert {name: count for name, count in counts.items() if count} == {"margin.io.command": 1}  # standard error
    assert len(counts) > 100


def test_answers_of_a_command_within_a_command_are_collected(capsys: pytest.CaptureFixture[str]) -> None:
    inner = io.StringIO()
    with answering():
        say("before")
        with output.collected(inner):
            say("inside")
        with pytest.raises(KeyError), output.collected(inner):
            raise KeyError
        say("after")
    assert inner.getvalue() == "inside\n"
    assert capsys.readouterr().out == "before\nafter\n"
