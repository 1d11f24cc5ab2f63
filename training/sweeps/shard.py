"""A shard: networks of one config and several seeds, trained together; the same shard anywhere gives the same file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from training.config import Config


@dataclass(frozen=True)
class Shard:
    """`config` with each of `seeds`; `weights`: whether the file keeps them. `case` is what a reader calls the config.

    The name is a hash of all but `case`.
    """

    config: Config
    seeds: tuple[int, ...]
    weights: bool
    case: str = ""

    def document(self) -> dict[str, Any]:
        """What the shard computes, as JSON."""
        settings = json.loads(self.config.changed({"seed": 0}).canonical())
        return {"schema": 1, "config": settings, "seeds": list(self.seeds), "weights": self.weights}

    @property
    def text(self) -> str:
        return json.dumps(self.document(), sort_keys=True, separators=(",", ":"))

    @property
    def name(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of `text`."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def configs(self) -> list[Config]:
        return [self.config.changed({"seed": seed}) for seed in self.seeds]

    @classmethod
    def of(cls, text: str) -> Shard:
        """The shard of a `text`. Raises ValueError for a text that is none."""
        try:
            values = json.loads(text)
            if values["schema"] != 1:
                raise ValueError(f"schema {values['schema']!r}")
            return cls(Config.from_mapping(values["config"]), tuple(values["seeds"]), values["weights"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"a shard of another version ({error}), expected one of schema 1") from None
