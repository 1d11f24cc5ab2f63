"""The page in a browser: without network, by keyboard, on a phone, in the dark, printed; and as the command line."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from paper_figures.report import kinds
from paper_figures.report.bridge import shown
from tests.helpers.command_line import ROOT, call, start
from tests.paper_figures.report.browser import visited
from tests.proofs_check.building.addition.valid_files import valid_files
from tests.proofs_check.building.mutants import byte_mutant, mutant

pytestmark = pytest.mark.slow  # the report's step of .ci/run runs all of them
PAGES = [
    *("index.html", "sources.html", "formats/COMPOSITION.html"),
    *(f"certificates/{name}.html" for name in ("mod23", "s3", "dihedral-k2", "weights-mod5")),
]
CHECK = ROOT / "proofs_check" / "check.py"
AWKWARD = (
    "--p 2 --k 1",
    "--p 4 --k 3",
    "--p 1 --k 2",
    "--p abc --k 2",
    "--p 6",
    "--parity 3,4",
    "--parity 1,1",
    "--p 5 --k 0",
)


def test_every_look(plain: Path) -> None:
    """Nothing on the console, nothing wider than the window, names for screen readers, dark where dark is asked for."""
    looks = visited("visit", plain, pages=PAGES)
    assert len(looks) == 4 * len(PAGES)
    for name, seen in looks.items():
        assert seen["width"] <= seen["window"], name
        assert seen["lacking"] == [], name
        assert seen["hidden"] == [], name  # every section is reached from the top
        ground, ink = (sum(map(int, re.findall(r"\d+", seen[part])[:3])) for part in ("ground", "ink"))
        assert (ground < ink) == ("dark" in name), name


def test_what_a_page_lacks_is_seen(plain: Path, tmp_path: Path) -> None:
    """The twin: a page without names, and too wide."""
    text = (plain / "index.html").read_text("utf-8")
    broken = text.replace("<h1>", '<input id="A1"><img src="x.png"><h1 style="width: 2000px">').replace(
        ' lang="en"', ""
    )
    (tmp_path / "broken.html").write_text(re.sub("<(script|link) .*", "", broken))
    with pytest.raises(AssertionError, match=r"failed: file://.*x\.png"):
        visited("visit", tmp_path, pages=["broken.html"])
    (tmp_path / "broken.html").write_text(re.sub("<(script|link|img) .*", "", broken.replace('<img src="x.png">', "")))
    seen = visited("visit", tmp_path, pages=["broken.html"])["phone, light: broken.html"]
    assert seen["width"] > seen["window"]
    assert {"twice: A1", "no language or title"} <= set(seen["lacking"])
    assert any(line.startswith("no name: <input") for line in seen["lacking"])


def test_by_keyboard(plain: Path) -> None:
    seen = visited("keyboard", plain, words="interference destructively")
    assert seen["first"] == "Skip to the content"
    assert seen["all"] > 100 > seen["filtered"]
    assert seen["told"] == f"{seen['filtered']} of {seen['all']} claims"
    assert seen["paper"] == "B"
    assert seen["evidence"]
    assert seen["zoomed"] == "225 %"
    assert seen["closed"]
    assert seen["back"] == "zoom"
    assert seen["gamma"] == "(8 - sqrt(2))/279"


def test_focus_is_seen_and_in_order(plain: Path) -> None:
    for width in (1280, 390):
        seen = visited("walk", plain, page="index.html", width=width, steps=90)
        assert seen == {"steps": 90, "faults": []}


def test_focus_that_is_not_seen_is_a_fault(plain: Path) -> None:
    """The twin: links without an outline, headings before their page."""
    style = ":focus-visible { outline: none !important } header.top { position: fixed; height: 100vh; left: 0 }"
    seen = visited("walk", plain, page="index.html", width=390, steps=12, style=style)
    assert {fault.split(": ")[-1] for fault in seen["faults"]} == {"without an outline", "behind the header"}


def test_printed(plain: Path, tmp_path: Path) -> None:
    """A4, with every claim's evidence."""
    path = tmp_path / "report.pdf"
    seen = visited("print", plain, pdf=str(path))
    assert seen["high"] > 780  # not made smaller than can be read
    assert seen["caption"] <= seen["text"]
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == (595, 842)
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") > 20


def test_without_python_the_page_has_its_answers(plain: Path) -> None:
    held, other, group = (
        {"fields": {"kind": "addition", "n": "6", "k": "2"}, "verify": True},
        {"fields": {"kind": "addition", "n": "1001", "k": "2"}},
        {"fields": {"kind": "group", "group": "s3", "k": "2"}},
    )
    seen = visited("form", plain, tasks=[held, other, group])
    assert seen[0]["status"] == "Done: an answer that this report holds."
    assert "(8 - sqrt(2))/279" in seen[0]["result"]
    assert "python3 -I -S proofs_check/check.py" in seen[0]["verdict"]
    assert "python -m margin.predict --p 1001 --k 2" in seen[1]["status"]
    assert seen[1]["result"] == ""
    assert "(8 - sqrt(2))/279" in seen[2]["result"]
    assert [one["lacking"] for one in seen] == [[], [], []]


def test_links_open_certificates_of_other_kinds(plain: Path) -> None:
    seen = visited("certificates", plain, names=["shared-mod5", "nothing"])
    assert seen["shared-mod5"]["text"] == (plain / "certificates/shared-mod5.json").read_text("utf-8")
    assert "python3 -I -S proofs_check/check.py" in seen["shared-mod5"]["verdict"]
    assert seen["shared-mod5"]["focused"] == "certificate-text"
    assert seen["nothing"] | {"focused": ""} == {
        "text": "",
        "verdict": "",
        "status": "The report holds no certificate nothing.",
        "focused": "",
    }


def test_certificates_of_other_kinds_are_verified_in_the_page(report: Path) -> None:
    seen = visited("certificates", report, names=[example.name for example in kinds.EXAMPLES])
    for name, found in seen.items():
        assert found["verdict"].startswith("VERIFIED certificate.json: "), name
        assert found["text"] == (report / f"certificates/{name}.json").read_text("utf-8")


def test_the_explorer_with_python(report: Path) -> None:
    seen = visited(
        "form",
        report,
        tasks=[
            {"fields": {"kind": "addition", "n": "6", "k": "2"}, "again": True, "verify": True},
            {"fields": {"kind": "addition", "n": "1000003", "k": "2"}, "verify": True},
            {"fields": {"kind": "parity", "bits": "9", "k": "5"}, "verify": True},
            {"fields": {"kind": "parity", "bits": "9", "k": "4"}, "verify": True, "forged": ['"n":9', '"n":8']},
            {"fields": {"kind": "parity", "bits": "3", "k": "4"}},
            {"fields": {"kind": "group", "group": "S3", "k": "2"}, "verify": True},
            {"fields": {"kind": "group", "group": "A4", "k": "2"}},
            {"fields": {"kind": "addition", "n": "1152921504606846977", "k": "2"}},
        ],
    )
    assert "the answer computed when the report was built is the same" in seen[0]["result"]
    assert seen[0]["verdict"].startswith("VERIFIED certificate.json: gamma* = ")
    assert "Computed in this page" in seen[1]["result"]
    assert seen[1]["verdict"].startswith("VERIFIED")
    assert "16 neurons constructed" in seen[2]["result"]
    assert seen[2]["verdict"].startswith("VERIFIED")
    assert seen[3]["verdict"].startswith(("REJECTED", "MALFORMED"))
    assert call("--parity", "3,4").err == f"python -m margin.predict: {seen[4]['status']}\n"
    assert seen[5]["verdict"].startswith("VERIFIED")
    assert "need numpy" in seen[6]["status"]
    assert "3458764513820540928 neurons constructed" in seen[7]["result"]  # not rounded, 6 at each of (n - 1)/2
    assert [one["lacking"] for one in seen] == [[]] * len(seen)


def random_lines(random: Random, count: int) -> list[list[str]]:
    """Command lines of addition and parity: small, even, large, out of range."""
    made = [line.split() for line in AWKWARD]
    while len(made) < count:
        k = random.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7))
        n = random.choice(
            (random.randint(2, 6), random.randint(2, 200), 2 * random.randint(1, 90), random.getrandbits(60))
        )
        bits = random.randint(1, 20)
        parity = ["--parity", f"{bits},{random.randint(1, min(bits + 1, 10))}"]
        made.append(random.choice((["--p", str(n), "--k", str(k)], ["--p", str(n), "--k", str(k)], parity)))
    return made[:count]


def forged_files(random: Random, count: int) -> list[bytes]:
    """Certificates with a value, or bytes, changed; some are still true."""
    pool = [(data, json.loads(data)) for name, data in sorted(valid_files().items()) if "radicand" not in name]
    made = list[bytes]()
    while len(made) < count:
        data, body = random.choice(pool)
        try:
            changed = byte_mutant(random, data) if len(made) % 5 == 0 else mutant(random, body, random.choice(pool)[1])
        except ValueError:  # an integer beyond what Python writes in decimal
            continue
        if changed != data:
            made.append(changed)
    return made


def compared(report: Path, tmp_path: Path, lines: list[list[str]], files: list[bytes]) -> set[str]:
    """Page and command line say the same of each; returns the checker's verdicts that came."""
    encoded = [base64.b64encode(data).decode() for data in files]
    seen = visited("python", report, commands=lines, files=encoded)
    for line, found in zip(lines, seen["answers"], strict=True):
        path = tmp_path / "c.json"
        path.unlink(missing_ok=True)
        answer = call(*line, "--json", "--certificate", str(path))
        if "refused" in found:
            assert answer.err == f"python -m margin.predict: {found['refused']}\n", line
            continue
        if found["certificate"] is None:
            assert answer.code == 2, line
            answer = call(*line, "--json")
        else:
            assert found["certificate"] == path.read_text("utf-8"), line
        printed: dict[str, Any] = json.loads(answer.out)
        del printed["check"]["seconds"]
        assert (json.loads(found["exact"]) if "exact" in found else found["answer"]) == printed, line
        assert found["answer"] == shown(printed), line
    for number, data in enumerate(files):
        (tmp_path / f"{number}").write_bytes(data)
    told = start("-I", "-S", str(CHECK), *map(str, range(len(files))), cwd=tmp_path).out.splitlines()
    for number, (said, judged) in enumerate(zip(told, seen["verdicts"], strict=True)):
        assert judged["line"] == said.replace(f" {number}: ", " certificate.json: ", 1)
    return {said.split()[0] for said in told}


def test_page_and_command_line_cannot_differ(report: Path, tmp_path: Path) -> None:
    random = Random(3)
    assert compared(report, tmp_path, random_lines(random, 16), forged_files(random, 8)) > {"REJECTED"}


def test_page_and_command_line_cannot_differ_at_length(report: Path, tmp_path: Path) -> None:
    """200 command lines and 50 forged certificates."""
    random = Random(4)
    assert compared(report, tmp_path, random_lines(random, 200), forged_files(random, 50)) > {"REJECTED", "MALFORMED"}
