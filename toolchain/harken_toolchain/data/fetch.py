"""Brings the files of a dataset into the cache, whole and checked, or not at all."""

import gzip
import hashlib
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from harken_toolchain import paths
from harken_toolchain.data.manifest import File, Manifest
from harken_toolchain.errors import UserError

_CHUNK = 1 << 16

#: Told (file name, bytes done, bytes in all or None).
Progress = Callable[[str, int, int | None], None]


def get(manifest: Manifest, source: Path | None = None, progress: Progress | None = None) -> Path:
    """Puts every file of the dataset into the cache and returns its folder there.

    Files that are there already with the right checksum stay. A broken download goes on
    where it stopped.

    Args:
        manifest: the dataset.
        source: a folder to copy from instead of downloading.
        progress: told how far each file is.

    Raises:
        UserError: a file is missing or unreachable, or its checksum is wrong.
    """
    report = progress or (lambda name, done, total: None)
    target = paths.cache() / "data" / manifest.name
    target.mkdir(parents=True, exist_ok=True)
    for file in manifest.file:
        final = target / file.name
        if final.is_file() and checksum(final) == file.sha256:
            report(file.name, final.stat().st_size, final.stat().st_size)
            continue
        part = target / f"{file.name}.part"
        if source is None:
            _download(file, part, report)
        else:
            _copy(file, source, part, report)
        _check(file, part)
        part.replace(final)
    return target


def checksum(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def content(folder: Path, file: File) -> bytes:
    """The content of `file` in `folder`, plain or gzipped, checked against its sha256."""
    path = located(folder, file)
    if path is None:
        raise UserError(f"{folder} has no {file.name}", "Get it with 'harken data get'.")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise _wrong_checksum(path, found, file)
    return data


def located(folder: Path, file: File) -> Path | None:
    """The path of `file` in `folder`, which may hold it gzipped, or None."""
    for path in (folder / file.name, folder / f"{file.name}.gz"):
        if path.is_file():
            return path
    return None


def _wrong_checksum(path: Path, found: str, file: File) -> UserError:
    return UserError(
        f"{path}: sha256 is {found}, wanted {file.sha256}",
        "The file is damaged or another version; nothing was changed. "
        "Get the version that the manifest names.",
    )


def _check(file: File, part: Path) -> None:
    found = checksum(part)
    if found == file.sha256:
        return
    part.unlink()
    raise _wrong_checksum(part.with_suffix(""), found, file)


def _copy(file: File, source: Path, part: Path, report: Progress) -> None:
    if not source.is_dir():
        raise UserError(f"no folder {source}", "Name the folder that holds the dataset's files.")
    path = located(source, file)
    if path is None:
        raise UserError(f"{source} has no {file.name}", "Name the folder that holds it.")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as stream, part.open("wb") as out:
        shutil.copyfileobj(stream, out)
    size = part.stat().st_size
    report(file.name, size, size)


def _download(file: File, part: Path, report: Progress) -> None:
    done = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            if done and answer.status != 206:
                done = 0
            length = answer.headers.get("Content-Length")
            total = done + int(length) if length else None
            with part.open("ab" if done else "wb") as out:
                while chunk := answer.read(_CHUNK):
                    out.write(chunk)
                    done += len(chunk)
                    report(file.name, done, total)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # the part is whole already; its checksum decides
            return
        raise _unreachable(file, f"answers {error.code} {error.reason}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise _unreachable(file, str(getattr(error, "reason", error))) from None


def _unreachable(file: File, why: str) -> UserError:
    return UserError(
        f"cannot get {file.name} from {file.url}: {why}",
        "Try again (what has arrived is kept), or use a local copy with '--from DIR'.",
    )
