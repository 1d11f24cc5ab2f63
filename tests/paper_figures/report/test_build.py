"""The report's files: the same each time, every link leads somewhere, and what cannot be made is refused."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from margin.io.files import write_folder
from paper_figures.registry import PICTURES
from paper_figures.report import agreement, answers, bridge, build, certificates, claims, engine, kinds
from paper_figures.report.command import PROG
from paper_figures.report.documents import rendered, sections
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import ROOT, Answer, call, contents, start
from tests.paper_figures.report.conftest import FIGURE, few_answers, small


def made(*arguments: str) -> Answer:
    with few_answers():
        return call("report", *arguments, module="paper_figures.report.command")


class Links(HTMLParser):
    """Addresses and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses, self.anchors = set[str](), set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.addresses.add(value)
            if name == "id" and value:
                self.anchors.add(value)


def broken(files: dict[str, bytes]) -> list[str]:
    """Links of the pages that lead nowhere, or out of the folder."""
    pages = {name: Links(data.decode()) for name, data in files.items() if name.endswith(".html")}
    found = []
    for name, page in pages.items():
        for address in page.addresses - {"data:,"}:
            target, _, anchor = address.partition("#")
            parts = list[str]()
            for part in (PurePosixPath(name).parent / target).parts if target else PurePosixPath(name).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            place = "/".join(parts)
            known = place in files and (not anchor or anchor.startswith("explore?") or anchor in pages[place].anchors)
            if not known and not address.startswith("https://"):
                found.append(f"{name}: {address}")
    return found


def test_two_builds_are_equal(plain: Path) -> None:
    files = small(None)
    assert contents(plain) == files | {name: None for name in contents(plain) if (plain / name).is_dir()}
    assert engine.project() == engine.project()


def test_every_link_leads_somewhere(plain: Path) -> None:
    files = {name: data for name, data in contents(plain).items() if data is not None}
    assert broken(files) == []
    files["index.html"] = files["index.html"].replace(b'href="#A2"', b'href="#A0"')
    del files["certificates/s3.json"]
    assert set(broken(files)) == {  # the twin
        "index.html: #A0",
        "index.html: certificates/s3.json",
        "certificates/s3.html: s3.json",
    }


def test_nothing_is_asked_of_the_network(plain: Path) -> None:
    """Links to papers aside, no page names another place; and none is given a path of this machine."""
    for name, data in contents(plain).items():
        if data is not None and name.endswith((".html", ".css", ".js")):
            text = data.decode()
            assert not re.search(r'(src|@import|url\()[="\'( ]*(https?:)?//', text), name
            assert str(ROOT) not in text
            assert str(Path.home()) + "/" not in text


def test_every_claim_is_there_with_its_evidence_and_its_check(plain: Path) -> None:
    index, record = (plain / "index.html").read_text("utf-8"), claims.record()
    ids = re.findall(r'<article class="claim" id="(\w+)"', index)
    assert ids == list(record)
    assert set(record) <= set(claims.checks())
    for id in ids:
        assert (plain / claims.place(id)).read_bytes() == claims.checks()[id].read_bytes()
    assert {id[0] for id in record} <= set(claims.PAPERS)


def test_every_figure_of_the_list_has_a_place(plain: Path) -> None:
    index = (plain / "index.html").read_text("utf-8")
    assert re.findall(r'<figure id="figure-([\w-]+)"', index) == [FIGURE]
    assert (plain / f"figures/{FIGURE}.svg").read_bytes().startswith(b"<?xml")
    assert (plain / f"figures/{FIGURE}.txt").read_text("utf-8").strip()[:40] in index


def test_every_cell_of_the_agreement_table_is_linked(plain: Path) -> None:
    index = (plain / "index.html").read_text("utf-8")
    table = re.search(r"<table><caption>What agrees with what.*?</table>", index, re.DOTALL)
    assert table is not None
    cells = re.findall(r"<t[hd][^>]*>((?:<a |[^<])[^<]*(?:</a>)?)</t[hd]>", table[0].split("<tbody>")[1])
    assert len(cells) == 5 * len(agreement.rows())
    assert all(cell.startswith("<a href=") for cell in cells)


def test_a_record_that_is_out_of_date_is_not_published() -> None:
    row, task = agreement.rows()[0]
    found = answers.given(bridge.arguments_of(task.description()))
    agreement.require_same(row, found)
    for name, value in (("exact", "1/2"), ("width", "1"), ("certificate_bytes", "1")):
        with pytest.raises(ValueError, match=r"the command says .* make it anew"):
            agreement.require_same(row | {name: value}, found)


def test_rules_are_read_with_their_proofs(plain: Path) -> None:
    for row, task in agreement.rows():
        text = (plain / f"certificates/{row['recipe']}.html").read_text("utf-8")
        document = certificates.documents()[certificates.DOCUMENT[task.kind]]
        file = json.loads((plain / f"certificates/{row['recipe']}.json").read_bytes())
        applied = [entry["rule"] for entry in file.get("rules", ())] or [*sections(document)]
        for rule in applied:
            section = re.search(
                rf'<section class="rule" id="rule-{rule.lower().replace(" ", "-")}">.*?</section>', text, re.DOTALL
            )
            assert section is not None, (row["recipe"], rule)
        assert text.count("Proof") >= 3


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("value", [[138, 1, 4554]], "1/4554*sqrt(138)"),
        ("value", [[1, -1, 3], [2, 2, 3]], "-1/3 + 2/3*sqrt(2)"),
        ("value", [], "[]"),
        ("turn", [1, 6], "1/6"),
        ("frequencies", [1, 11], "[1, 11]"),
        ("central", [1, -3, 2], "[1, -3, 2]"),
        ("masses", [[1, 6], [2, 3]], "[1/6]; [2/3]"),
        ("task", {"n": 23, "kind": "x"}, "n: 23; kind: x"),
        ("joint", True, "true"),
        ("blocks", [{"columns": [[0, 0, 0], [1, -1, 2]], "pairs": 1}], "[columns: [[0, 0, 0], [1, -1, 2]]; pairs: 1]"),
        ("value", [[1, 2], [2, 3]], "[1/2]; [2/3]"),
    ],
)
def test_values_of_certificates_for_people(key: str, value: object, text: str) -> None:
    assert certificates.readable(key, value) == text


def test_claims_of_certificates_for_people() -> None:
    number = [[2, 1, 2]]
    for claim, text in (
        ({"quantity": "margin", "sense": "equal", "value": number}, "= 1/2*sqrt(2)"),
        ({"quantity": "squared_margin", "sense": "lower", "value": [[1, 1, 2]]}, "squared ≥ 1/2"),
        (
            {"quantity": "margin", "sense": "upper", "value": {"numerator": number, "denominator": [[1, 3, 1]]}},
            "≤ (1/2*sqrt(2)) / (3)",
        ),
        ({"quantity": "margin", "sense": "enclosure", "value": [[1, 3], [1, 2]]}, "lies in 1/3 to 1/2"),
        ({"quantity": "margin", "sense": "enclosure", "value": [number, [[1, 3, 1]]]}, "lies in 1/2*sqrt(2) to 3"),
        ({"quantity": "margin", "sense": "lower", "value": [[1, 10**40, 3]]}, f"≥ {10**40}/3 ≈ 3.33333333333e+39"),
        ({"quantity": "margin", "sense": "lower", "value": []}, "≥ 0"),
    ):
        assert certificates.claimed(claim) == text


def test_other_kinds_are_valid_and_read_with_all_their_rules(plain: Path, tmp_path: Path) -> None:
    """Every kind of certificate is there, made by the command that the page names."""
    seen = {task.kind for _, task in agreement.rows()}
    for example in kinds.EXAMPLES:
        told = start(
            "-I", "-S", str(ROOT / "proofs_check" / "check.py"), str(plain / f"certificates/{example.name}.json")
        )
        assert (told.code, told.out[:8]) == (0, "VERIFIED"), told.out
        file = json.loads((plain / f"certificates/{example.name}.json").read_bytes())
        text = (plain / f"certificates/{example.name}.html").read_text("utf-8")
        primal = file.get("primal", {}).get("kind")
        document = "WEIGHTS" if primal == "weights" else certificates.DOCUMENT[file["task"]["kind"]]
        seen.add(primal or file["task"]["kind"])
        for rule in sections(certificates.documents()[document]):
            if primal is None or rule in text.split("<h2>Rules")[0] + str(file["rules"]):
                assert f'id="rule-{rule.lower()}"' in text, (example.name, rule)
        assert all(f"<code>{line}</code>" in text for line in example.lines)
        assert str(file["claim"].get("right", file["claim"]["value"])).strip("[]").split(",")[0] in text
    assert seen == {*certificates.DOCUMENT, "weights"}


def test_a_proof_that_stands_apart_from_its_rules_is_there(plain: Path) -> None:
    """Rules of a dihedral group's width are proved in one section; theirs speak of words that are defined before."""
    text = (plain / "certificates/dihedral-k2.html").read_text("utf-8")
    assert "Cauchy and Schwarz" in text.split("<h2>Why the claim follows</h2>")[1]
    assert "exponent of the power" in text.split("<h2>The quantities</h2>")[1].split("<h2>Rules")[0]


def test_what_a_certificate_proves_is_said_of_its_own_kind() -> None:
    width = {"quantity": "width", "sense": "lower", "value": 16}
    of = certificates.proves
    large = of({"claim": width, "task": {"kind": "width", "k": 3, "order": 0}})
    assert large.endswith(
        "at least 16 neurons at each frequency of every order that is even and above 6, or odd and above 3"
    )
    assert of({"claim": width, "task": {"kind": "dihedral_width", "k": 2, "order": 4}}).endswith(
        "composition in a dihedral group has at least 16 neurons of each two-dimensional representation of order 4"
    )
    logits = {"quantity": "logit_margin", "sense": "lower", "value": [-1, 2], "right": 24}
    found = of({"claim": logits, "task": {"kind": "addition_logits", "n": 5, "k": 2}})
    assert found == "the network in it gets 24 of 25 inputs right, and no input has a margin in logits below -1/2"


def test_a_command_that_makes_no_certificate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "called", lambda *_: (1, "no"))
    with pytest.raises(ValueError, match=r"margin.width --k 3 --certificate certificate.json: exit code 1: no"):
        kinds.made(kinds.EXAMPLES[:1])


def test_long_values_are_cut_and_said_to_be() -> None:
    for count, cut in ((300, True), (3, False)):
        made = certificates.reading("x", "x", json.dumps(_logits(count)), "certificate=x").decode()
        assert ("characters; the file has them all)" in made) == cut


def _logits(count: int) -> dict[str, object]:
    claim = {"quantity": "logit_margin", "sense": "lower", "value": [1, 2], "right": 4}
    return {"claim": claim, "network": {"W": [[7] * count]}, "task": {"kind": "addition_logits", "n": 2, "k": 2}}


def test_documents_as_html() -> None:
    text = "# A `b` <i>\n\n[x](one.md) [y](two.md)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    html = rendered(text, {"one.md": "one.html"}.get, shift=1, anchor="at-")
    assert '<h2 id="at-a-i">A <code>b</code> &lt;i&gt;</h2>' in html
    assert '<a href="one.html">x</a> y' in html
    wide = '<div class="wide" tabindex="0" role="group" aria-label="table"><table>'
    assert html.count(wide) == html.count("</table></div>") == 1
    assert sections("### A `x`\none\n### B and C\ntwo\n## D\nthree\n") == {"A": "one\n", "B and C": "two\n"}


def test_scripts_hold_files() -> None:
    held = re.fullmatch(
        r'\(globalThis.VENDORED \?\?= \{\}\)\["a.b"\] = "(.*)";\n', engine.script("a.b", b"\0x").decode()
    )
    assert held is not None
    assert zlib.decompress(b64decode(held[1])) == b"\0x"


def test_archives_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another hash is refused wherever it comes from; without npm the report has no Python, and says so."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(engine.Unavailable, match="npm is not installed"):
        engine.archive(engine.PYODIDE)
    wrong = tmp_path / "algebraic-margin" / engine.PYODIDE.archive
    wrong.parent.mkdir()
    wrong.write_bytes(b"another")
    with pytest.raises(engine.Unavailable, match=r"remove it to fetch it anew.*sha512"):
        engine.archive(engine.PYODIDE)
    with pytest.raises(engine.Unavailable, match="sha512"):
        engine.archive(engine.PYODIDE, wrong)
    with pytest.raises(engine.Unavailable, match="No such file"):
        engine.archive(engine.PYODIDE, tmp_path / "none.tgz")
    wrong.unlink()
    out = tmp_path / "out"
    answer = made("--out", str(out), "--figures", FIGURE)
    assert (answer.code, answer.err) == (0, "without Python in the page: npm is not installed\n")
    assert "It has no Python: npm is not installed." in (out / build.MARK).read_text("utf-8")
    assert not (out / "engine").exists()


def test_npm_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no registry >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(npm))
    with pytest.raises(engine.Unavailable, match=r"npm pack pyodide@.* failed: no registry"):
        engine.archive(engine.PYODIDE)
    npm.write_text('#!/bin/sh\necho other > "$5/x.tgz"\n')
    with pytest.raises(engine.Unavailable, match=r"npm's pyodide-.*sha512"):
        engine.archive(engine.PYODIDE)
    assert not (tmp_path / "cache" / "algebraic-margin").exists()


def test_refusals(tmp_path: Path) -> None:
    """Nothing is written over, nothing half written."""
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    file.write_text("mine")
    before = contents(tmp_path)
    for arguments, words in (
        (("--out", str(full)), ("--out: ", "holds 'mine.txt', expected a new folder or an empty one")),
        (("--out", str(file)), ("--out: ", "is a file, expected a new folder")),
        (("--out", str(tmp_path / "no" / "new")), ("--out: ", "does not exist")),
        ((), ("--out",)),
        (("--out", "x", "--figures", "widhts"), ("unknown figure 'widhts'", "'widths'")),
        (("--out", "x", "--pyodide", str(file)), (f"--pyodide {file}: its sha512 is",)),
        (("--out", "x", "--pyodide", "f", "--without-python"), ("--without-python",)),
        (("--out", "x", "more"), ("more",)),
    ):
        assert_refused(made(*arguments), *words, program=PROG, folder=tmp_path, holds=before)


def test_a_report_is_replaced_and_nothing_else(tmp_path: Path, plain: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, {name: data for name, data in contents(plain).items() if data is not None})
    (out / "index.html").write_text("old")
    answer = made("--out", str(out), "--without-python", "--figures", FIGURE)
    assert answer.code == 0
    assert (out / "index.html").read_bytes() == (plain / "index.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    (out / "data" / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    refused = made("--out", str(out), "--without-python", "--figures", FIGURE)
    assert_refused(refused, "holds 'data/notes.txt', which is no file of the report", program=PROG)
    assert contents(tmp_path) == before


def test_the_current_folder_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: Path) -> None:
    (tmp_path / build.MARK).write_bytes((plain / build.MARK).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert_refused(made("--out", ".", "--without-python"), "is the current folder", program=PROG)


def test_without_packages_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "markdown_it.py").write_text("raise ImportError")
    answer = start(
        *("-m", "paper_figures", "report", "--out", "x"),
        cwd=tmp_path,
        environment={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    assert_refused(answer, "pip install -c constraints.txt '.[figures]'", program=PROG)


def test_answers_that_are_held_are_answers() -> None:
    """Names of groups are known, command lines differ; an answer that the command refuses is not held."""
    asked = [" ".join(arguments) for arguments in answers.asked()]
    assert len(asked) == len(set(asked)) > 500
    with pytest.raises(ValueError, match=r"--p 1 --k 2: .*expected an integer >= 2"):
        answers.given(("--p", "1", "--k", "2"))
    assert set(FIGURE.split()) <= set(PICTURES)
