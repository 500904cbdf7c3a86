"""Fetches a 32-bit MicroPython into the user's cache; the system stays as it is.

Debian's own package tools do the work, with a private state folder and a copy of the
system's package sources in which the release is replaced. So no archive host is named
here, every package is checked against the archive's signature, and the pinned ones
against their sha256 as well.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harken_toolchain import paths
from harken_toolchain.errors import UserError

OTHER_WAY = "Put a 32-bit MicroPython on PATH or name it in $HARKEN_MICROPYTHON."

_APT_CONF = """\
Dir::State "{root}/state";
Dir::State::status "{root}/state/status";
Dir::Cache "{root}/cache";
Dir::Etc::sourcelist "{root}/sources.list";
Dir::Etc::sourceparts "{root}/sources.d";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
"""


def pins() -> dict:
    """The pinned packages, as in packages.toml."""
    return tomllib.loads((Path(__file__).parent / "packages.toml").read_text())


def folder() -> Path:
    """Where the runtime lies in the cache; its name carries the pinned version."""
    return paths.cache() / "runtime" / f"micropython-{pins()['package'][0]['version']}"


def install(say: Callable[[str], None] = lambda text: None) -> Path:
    """Fetches and unpacks the runtime unless it is there already.

    Args:
        say: told, in a few words, what is being done.

    Returns:
        The folder of the runtime.

    Raises:
        UserError: the system is not Debian-like, or a package cannot be had or trusted.
    """
    target = folder()
    if target.is_dir():
        return target
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise UserError(f"no {tool} on this system to fetch MicroPython with", OTHER_WAY)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as scratch:
        root = Path(scratch)
        unpacked = root / "unpacked"
        unpacked.mkdir()
        say("reading the package lists")
        _prepare(root)
        for package in pins()["package"]:
            say(f"fetching {package['name']}")
            archive = _download(root, package)
            _run(["dpkg-deb", "-x", str(archive), str(unpacked)], "unpack " + archive.name)
        unpacked.chmod(0o755)
        if not target.is_dir():
            unpacked.rename(target)
    return target


def command(target: Path) -> list[str]:
    """The argument vector that starts the runtime in `target`, without its options."""
    names = pins()
    return [
        str(target / names["loader"]),
        "--library-path",
        str(target / names["libraries"]),
        str(target / names["program"]),
    ]


def _prepare(root: Path) -> None:
    """Writes the private package configuration under `root` and reads the package lists."""
    for name in ("state/lists/partial", "cache/archives/partial", "sources.d"):
        (root / name).mkdir(parents=True)
    (root / "state/status").touch()
    (root / "sources.list").touch()
    names = pins()
    conf = _APT_CONF.format(root=root, architecture=names["architecture"])
    (root / "apt.conf").write_text(conf)
    _copy_sources(root / "sources.d", names["suite"])
    # A mirror in the middle of an update gives an error here although the lists that
    # matter arrived: whether they did shows when the packages are asked for.
    _apt(root, ["update"], check=False)


def _copy_sources(target: Path, suite: str) -> None:
    """Copies the system's package sources with the system's release replaced by `suite`."""
    release = _codename()
    etc = Path("/etc/apt")
    found = 0
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        if not re.search(rf"\b{release}\b", text):
            continue
        found += 1
        (target / path.name).write_text(re.sub(rf"\b{release}\b", suite, text))
    if not found:
        raise UserError(f"no package source for release '{release}' in /etc/apt", OTHER_WAY)


def _codename() -> str:
    """The release name of a Debian system."""
    facts = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    if facts.get("ID", "").strip('"') != "debian":
        raise UserError(
            "this system is not Debian: its package sources lack the runtime", OTHER_WAY
        )
    return facts["VERSION_CODENAME"].strip('"')


def _download(root: Path, package: dict) -> Path:
    """Downloads one package and returns its path, checked against its pin."""
    name, version = package["name"], package["version"]
    if _apt(root, ["download", f"{name}={version}"], check=False) == 0:
        archive = _downloaded(root, name)
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != package["sha256"]:
            raise UserError(
                f"{name} {version}: sha256 is {found}, wanted {package['sha256']}",
                "Nothing was installed. Check the system's package sources.",
            )
        return archive
    if not package["follows"]:
        raise UserError(f"the package sources do not offer {name} {version}", OTHER_WAY)
    _apt(root, ["download", name])
    return _downloaded(root, name)


def _downloaded(root: Path, name: str) -> Path:
    return next(root.glob(f"{name}_*.deb"))


def _apt(root: Path, arguments: list[str], check: bool = True) -> int:
    env = {**os.environ, "APT_CONFIG": str(root / "apt.conf"), "LC_ALL": "C"}
    return _run(["apt-get", "-q", *arguments], " ".join(arguments), check, cwd=root, env=env)


def _run(argv: list[str], what: str, check: bool = True, **settings: Any) -> int:
    done = subprocess.run(argv, capture_output=True, text=True, **settings)
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise UserError(f"cannot {what}: {' '.join(said) or done.returncode}", OTHER_WAY)
    return done.returncode
