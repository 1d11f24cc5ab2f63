"""A run's folder is called after its settings: others are refused, and it is said which differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.test_loop import SMALL, start
from training import runs
from training.compare import compare
from training.config import Config
from training.loop import train
from training.presets import preset

TINY = SMALL.changed({"steps": 5, "stop_ratio": None})


def edit(folder: Path, **values: object) -> None:
    """Change settings in config.json, as by hand."""
    content = json.loads((folder / runs.CONFIG).read_bytes())
    (folder / runs.CONFIG).write_text(json.dumps(content | values))


@pytest.mark.parametrize(
    ("config", "name", "label"),
    [
        (preset("mod23").config(), "mod23", "mod23-seed0"),
        (preset("mod23").config().changed({"width": 8, "seed": 7}), "mod23", "mod23-seed7"),
        (preset("mod23").config().changed({"task": "group:S3"}), "mod23", "S3-seed0"),
        (preset("li-k3-p97").config("paper"), "li-k3-p97", "li-k3-p97-seed0"),
        (preset("li-k3-p97").config(), "li-k3-p97", "mod31-k3-seed0"),  # another modulus than the preset's name says
        (preset("parity").config(), "none", "parity10-k4-seed0"),
        (SMALL.changed({"task": "group:C2 x D4/../\n"}), "none", "C2_x_D4-seed0"),
        (SMALL.changed({"task": "group:é"}), "none", "group-seed0"),
    ],
)
def test_names_say_what_the_run_is(config: Config, name: str, label: str) -> None:
    assert runs.name(config, name) == f"{label}-{config.digest()[:8]}"


def test_a_config_finds_its_folder_under_both_kinds_of_names(tmp_path: Path) -> None:
    assert runs.find(tmp_path, TINY) is None
    folder = start(tmp_path, TINY)
    assert runs.find(tmp_path, TINY) == folder == start(tmp_path, TINY)
    assert runs.open_run(tmp_path, TINY, {"preset": "mod23"}) == folder
    result = train(TINY, folder)
    earlier = folder.rename(tmp_path / TINY.digest())
    assert runs.find(tmp_path, TINY) == earlier == start(tmp_path, TINY)
    assert train(TINY, earlier) == result
    (row,) = compare([earlier])
    assert row.folder == TINY.digest()
    assert runs.find(tmp_path, TINY.changed({"seed": 1})) is None


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("earlier", [False, True])
def test_edited_settings_are_refused(finished: bool, earlier: bool, tmp_path: Path) -> None:
    folder = start(tmp_path, TINY)
    if finished:
        train(TINY, folder)
    if earlier:
        folder = folder.rename(tmp_path / TINY.digest())
    assert runs.read_config(folder) == TINY
    edit(folder, lr=0.05)
    changed = TINY.changed({"lr": 0.05})
    message = r"not the settings that the folder is named after \(lr is 0.05, was 0.03\)"
    for attempt in (
        lambda: runs.read_config(folder),
        lambda: runs.open_run(tmp_path, TINY, {}),
        lambda: train(TINY, folder),
        lambda: train(changed, folder),
        lambda: compare([folder]),
    ):
        with pytest.raises(ValueError, match=message):
            attempt()
    edit(folder, lr=0.03)
    assert runs.read_config(folder) == TINY
    with pytest.raises(ValueError, match=r"the settings of another run \(lr is 0.03, was 0.05\)"):
        train(changed, folder)


def test_what_was_changed_is_said_only_where_it_is_known(tmp_path: Path) -> None:
    folder = start(tmp_path, TINY)
    origin = json.loads((folder / runs.PROVENANCE).read_bytes())
    cases: list[object] = [origin | {"config": {}}, {key: origin[key] for key in origin if key != "config"}, []]
    for damaged in cases:
        (folder / runs.PROVENANCE).write_text(json.dumps(damaged))  # as earlier versions wrote it, or damaged
        edit(folder, seed=5)
        with pytest.raises(ValueError, match="named after; put them back"):
            runs.read_config(folder)
        with pytest.raises(ValueError, match=r"\(seed is 5, was 0\)"):
            runs.open_run(tmp_path, TINY, {})


def test_folders_without_a_hash_in_their_name_are_refused_and_links_are_not(tmp_path: Path) -> None:
    folder = start(tmp_path, TINY)
    link = tmp_path / "latest"
    link.symlink_to(folder)
    assert runs.read_config(link) == TINY
    moved = folder.rename(tmp_path / "best")
    with pytest.raises(ValueError, match=f"no hash of its settings; rename it, for example to {runs.name(TINY, '')}"):
        runs.read_config(moved)


def test_settings_without_effect_in_earlier_runs_are_read(tmp_path: Path) -> None:
    """Their hash is that of the file's bytes, not of today's settings."""
    import hashlib

    content = json.loads(TINY.canonical()) | {"momentum": 0.9}
    data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    folder = tmp_path / hashlib.sha256(data).hexdigest()[:16]
    folder.mkdir()
    (folder / runs.CONFIG).write_bytes(data)
    assert runs.read_config(folder) == TINY
    assert folder.name != TINY.digest()
