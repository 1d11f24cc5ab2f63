"""Specs of sweeps: every case with every seed, in shards whose names are hashes of what they compute."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.presets import preset
from training.sweeps.shard import Shard
from training.sweeps.spec import Spec, label, read

BATCH = "multiscale-n89-batch"


def spec(tmp_path: Path, text: str) -> Spec:
    file = tmp_path / "study.toml"
    file.write_text(text)
    return read(file)


def test_every_case_has_every_seed_once(tmp_path: Path) -> None:
    text = f"preset = '{BATCH}'\nseeds = 7\nfirst_seed = 3\nshard = 3\n[settings]\nsteps = 9\n"
    text += "[[cases]]\nstrength = 1e-3\n[[cases]]\npreset = 'multiscale-n91-batch'\n"
    shards = spec(tmp_path, text).shards()
    assert [shard.case for shard in shards] == ["strength=0.001", "multiscale-n91-batch"] * 3
    assert [shard.seeds for shard in shards[::2]] == [(3, 4, 5), (6, 7, 8), (9,)]
    assert len({shard.name for shard in shards}) == 6
    first, second = shards[0].config.flat(), shards[1].config.flat()
    assert (first["strength"], second["strength"], second["task"]) == (1e-3, 1e-4, "mod:91")
    assert first["steps"] == second["steps"] == 9
    assert [config.seed for config in shards[0].configs] == [3, 4, 5]


def test_without_cases_there_is_one(tmp_path: Path) -> None:
    (shard,) = spec(tmp_path, f"preset = '{BATCH}'\nseeds = 2\n").shards()
    assert shard.case == BATCH
    assert shard.config == preset(BATCH).config()
    assert not shard.weights
    assert label({"preset": BATCH, "lr": 0.1}) == f"{BATCH}, lr=0.1"


def test_a_shard_is_named_by_what_it_computes() -> None:
    config = preset(BATCH).config()
    shard = Shard(config, (0, 1), False, "a case")
    assert shard.name == Shard(config.changed({"seed": 5}), (0, 1), False, "another").name
    others = [
        Shard(config, (0, 2), False),
        Shard(config, (0, 1), True),
        Shard(config.changed({"lr": 0.1}), (0, 1), False),
    ]
    assert len({shard.name, *(other.name for other in others)}) == 4
    again = Shard.of(shard.text)
    assert (again.config.canonical(), again.seeds, again.weights) == (config.canonical(), (0, 1), False)
    assert again.name == shard.name == "b27ef4458f510c11"


def test_the_same_networks_on_a_device_in_other_shards(tmp_path: Path) -> None:
    text = f"preset = '{BATCH}'\nseeds = 7\nshard = 3\nweights = true\n[settings]\nsteps = 9\n"
    text += "[[cases]]\nstrength = 1e-3\n[[cases]]\nstrength = 1e-3\nlr = 0.1\ndevice = 'meta'\n"
    given = spec(tmp_path, text)
    here, there = given.shards(), given.on("cuda", 5).shards()
    assert [shard.seeds for shard in there[::2]] == [(0, 1, 2, 3, 4), (5, 6)]
    assert [shard.config.flat()["device"] for shard in here] == ["cpu", "meta"] * 3
    assert [shard.config.flat()["device"] for shard in there] == ["cuda"] * 4  # the command's, whatever a case says
    back = [shard.config.changed({"device": "cpu"}) for shard in there[:2]]
    assert back == [shard.config.changed({"device": "cpu"}) for shard in here[:2]]
    assert all(shard.weights for shard in there)
    assert not {shard.name for shard in here} & {shard.name for shard in there}
    assert given.on(None, None) == given
    assert [shard.seeds for shard in given.on(None, 7).shards()] == [tuple(range(7))] * 2
    assert given.on("cuda", None).shard == 3


@pytest.mark.parametrize("shard", [0, -4])
def test_shards_of_no_networks_are_refused(tmp_path: Path, shard: int) -> None:
    with pytest.raises(ValueError, match=f"shard = {shard}, expected an integer >= 1"):
        spec(tmp_path, f"preset = '{BATCH}'\nseeds = 7\n").on(None, shard)


@pytest.mark.parametrize(
    "text", ["{", "{}", "[]", '{"schema":2}', '{"schema":1,"config":{},"seeds":[0],"weights":true}']
)
def test_a_text_that_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a shard of another version \(.*\), expected one of schema 1"):
        Shard.of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds = ", "no TOML"),
        ("seeds = 3", "no preset, expected for example preset = 'multiscale-n89-batch' and seeds = 2000"),
        (f"preset = '{BATCH}'", "no seeds, expected"),
        (f"preset = '{BATCH}'\nseeds = 3\nsteps = 3", "unknown key 'steps', expected some of preset, scale, seeds"),
        (f"preset = '{BATCH}'\nseeds = '3'", "seeds = '3', expected int"),
        (f"preset = '{BATCH}'\nseeds = true", "seeds = True, expected int"),
        (f"preset = '{BATCH}'\nseeds = 0", "seeds = 0, expected an integer >= 1"),
        (f"preset = '{BATCH}'\nseeds = 1\nfirst_seed = -1", "first_seed = -1, expected an integer >= 0"),
        (f"preset = '{BATCH}'\nseeds = 1\nshard = 0", "shard = 0, expected an integer >= 1"),
        (f"preset = '{BATCH}'\nseeds = 1\ncases = []", r"cases = \[\], expected at least one case"),
        (f"preset = '{BATCH}'\nseeds = 1\ncases = [1]", r"cases that are no tables, expected \[\[cases\]\]"),
        (f"preset = '{BATCH}'\nseeds = 1\n[settings]\nseed = 3", "a setting seed, expected seeds = COUNT"),
        (f"preset = '{BATCH}'\nseeds = 1\n[[cases]]\nseed = 3", "a setting seed, expected seeds = COUNT"),
        (f"preset = '{BATCH}'\nseeds = 1\n[[cases]]\nlr = 0.008\n[[cases]]\n", "two cases are the same"),
        (f"preset = '{BATCH}'\nseeds = 1\n[settings]\nwidht = 3", "unknown setting 'widht'; the nearest known one"),
        ("preset = 'multiscal'\nseeds = 1", "unknown preset 'multiscal'"),
        (f"preset = '{BATCH}'\nseeds = 1\nscale = 'huge'", "scale 'huge', expected one of"),
    ],
)
def test_specs_that_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spec(tmp_path, text).shards()


def test_the_studies_that_are_shipped_can_be_read() -> None:
    from importlib.resources import files

    folder = files("training") / "data" / "sweeps"
    counts, configs = {}, {}
    for name in sorted(entry.name for entry in folder.iterdir()):
        with (folder / name).open("rb") as file:
            shards = read(Path(file.name)).shards()
        counts[name] = sum(len(shard.seeds) for shard in shards)
        configs[name] = {shard.config.digest(): shard.config.flat() for shard in shards if 0 in shard.seeds}
        counted = name in ("multiscale-moduli.toml", "multiscale-steps.toml", "multiscale-widths.toml")
        assert {shard.weights for shard in shards} == {not counted}  # where clusters are counted alone, none are kept
        assert all(values.get("batch", 0) in (0, int(values["task"][4:])) for values in configs[name].values())
    assert counts == {
        "multiscale-batch.toml": 4000,
        "multiscale-full.toml": 400,
        "multiscale-moduli.toml": 1300,
        "multiscale-norms-11.toml": 500,
        "multiscale-norms-23.toml": 500,
        "multiscale-norms-89.toml": 650,
        "multiscale-steps.toml": 100,
        "multiscale-strengths.toml": 500,
        "multiscale-widths.toml": 400,
    }
    assert len({digest for some in configs.values() for digest in some}) == sum(map(len, configs.values()))
    for name in ("multiscale-batch.toml", "multiscale-full.toml"):
        assert {values["task"] for values in configs[name].values()} == {"mod:89", "mod:91"}
    moduli = {values["task"] for values in configs["multiscale-moduli.toml"].values()}
    assert moduli | {"mod:89", "mod:91"} == {f"mod:{n}" for n in range(59, 114, 2)}
    widths = {(values["width"], values.get("batch", 0)) for values in configs["multiscale-widths.toml"].values()}
    assert widths == {(width, batch) for width in (512, 2048) for batch in (0, 89, 91)}
    strengths = {(values["exponent"], values["strength"]) for values in configs["multiscale-strengths.toml"].values()}
    assert len(strengths) == 10


def test_the_document_is_json_that_says_its_schema() -> None:
    shard = Shard(preset(BATCH).config(), (0,), True)
    assert json.loads(shard.text) == shard.document()
    assert list(json.loads(shard.text)) == ["config", "schema", "seeds", "weights"]
