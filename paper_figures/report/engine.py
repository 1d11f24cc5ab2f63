"""Python for the page: Pyodide, fetched once through npm and checked by its hash, and the project's own modules.

A page that is opened from disk may not fetch files beside it, so each file of the engine is a script that holds it in
base64, compressed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from margin.io.files import write_whole

_SECONDS = 600  # for npm


class Unavailable(Exception):
    """A package cannot be had: npm is missing or fails, or what came is not what was asked for."""


@dataclass(frozen=True)
class Package:
    """A package of the npm registry, with the hash of its archive."""

    name: str
    version: str
    sha512: str  # base64, as npm's integrity

    @property
    def archive(self) -> str:
        return f"{self.name}-{self.version}.tgz"


PYODIDE = Package(
    "pyodide",
    "314.0.7",
    "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A==",
)
PARTS = ("pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
PROJECT = "project.zip"
# the project's modules that the page runs: the core, the bare checker, and the bridge between page and commands
MODULES = {
    "margin": ("**/*.py", "data/small_groups.json", "data/widths/*.json"),
    "proofs_check": ("__init__.py", "check.py", "kernel/*.py"),
    "paper_figures": ("__init__.py", "report/__init__.py", "report/bridge.py"),
}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip files


def cache() -> Path:
    """The user's folder for archives that were fetched: $XDG_CACHE_HOME/algebraic-margin, or below ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "algebraic-margin"


def archive(package: Package, given: Path | None = None) -> bytes:
    """The package's archive: the given file, the one in the cache, or npm's, which is then kept in the cache.

    Raises Unavailable, also where the hash is not the package's.
    """
    kept = cache() / package.archive
    if given is not None:
        try:
            return _checked(package, given.read_bytes(), str(given))
        except OSError as error:
            raise Unavailable(f"{given}: {error.strerror or error}") from None
    if kept.is_file():
        return _checked(package, kept.read_bytes(), f"{kept} (remove it to fetch it anew)")
    data = _checked(package, _fetched(package), f"npm's {package.archive}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, data)
    except OSError:
        pass  # it is fetched again another time
    return data


def _fetched(package: Package) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", folder]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"npm pack {package.name}@{package.version}: {error}") from None
        found = sorted(Path(folder).glob("*.tgz"))
        if done.returncode or len(found) != 1:
            said = " ".join((done.stderr or done.stdout).split())[:200]
            raise Unavailable(f"npm pack {package.name}@{package.version} failed: {said or done.returncode}")
        return found[0].read_bytes()


def _checked(package: Package, data: bytes, place: str) -> bytes:
    came = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if came != package.sha512:
        raise Unavailable(f"{place}: its sha512 is {came[:12]}..., expected {package.sha512[:12]}...")
    return data


def members(data: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """Files of an npm archive by their names below its folder `package`. Raises KeyError for one that is not there."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as opened:
        files = {name: opened.extractfile(f"package/{name}") for name in names}
        return {name: file.read() for name, file in files.items() if file is not None}


def project() -> bytes:
    """The modules that the page runs, as a zip file: the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for package, patterns in MODULES.items():
            home = Path(str(resources.files(package)))
            for path in sorted({path for pattern in patterns for path in home.glob(pattern)}):
                entry = zipfile.ZipInfo(f"{package}/{path.relative_to(home).as_posix()}", _FIRST_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def scripts(given: Path | None = None) -> dict[str, bytes]:
    """The engine as scripts by name: Pyodide's parts and the project. Raises Unavailable."""
    parts = members(archive(PYODIDE, given), PARTS) | {PROJECT: project()}
    return {f"{name}.js": script(name, data) for name, data in parts.items()}


def script(name: str, data: bytes) -> bytes:
    """A script that puts a file's bytes into VENDORED by its name: zlib, then base64."""
    packed = base64.b64encode(zlib.compress(data, 9)).decode()
    return f'(globalThis.VENDORED ??= {{}})["{name}"] = "{packed}";\n'.encode()
