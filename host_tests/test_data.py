"""Datasets: manifests, readers, and getting files whole or not at all."""

import functools
import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from harken_toolchain import paths
from harken_toolchain.data import fetch, load, manifest
from harken_toolchain.data.manifest import File, Manifest
from harken_toolchain.data.readers import READERS, Example
from harken_toolchain.errors import UserError

CONTENT = b"first line;yes\nsecond line;no\n"


def sheet(
    content: bytes = CONTENT, url: str = "https://example.invalid/a.txt", **settings
) -> Manifest:
    """A manifest of one file with `content`, which a test may change in parts."""
    file = {"name": "a.txt", "sha256": hashlib.sha256(content).hexdigest(), "split": "train"}
    given = {
        "name": "tiny",
        "title": "",
        "home": "",
        "licence": "",
        "redistributable": True,
        "citation": "",
        "target": "label",
        "labels": ["no", "yes"],
        "reader": "delimited",
        "columns": {"text": 0, "target": 1},
        "settings": {"separator": ";"},
        **settings,
    }
    made = Manifest(**given, file=[{**file, "url": "https://example.invalid/a.txt"}])
    made.file[0].url = url
    return made


def examples(made: Manifest, content: bytes) -> list[Example]:
    return [example for _, example in READERS[made.reader](made, made.file[0], content)]


def test_every_manifest_is_valid():
    names = manifest.names()
    assert {"emotion_dair", "goemotions"} <= set(names)
    for name in names:
        made = manifest.read(name)
        assert made.reader in READERS, name
        assert made.file, name


def test_unknown_dataset_names_those_that_exist():
    with pytest.raises(UserError, match="no dataset 'nix'") as caught:
        manifest.read("nix")
    assert "emotion_dair" in caught.value.hint


def test_delimited_rows():
    assert examples(sheet(), CONTENT) == [("first line", 1), ("second line", 0)]


def test_several_labels_by_number():
    made = sheet(target="labels", settings={"separator": ";", "label_ids": True})
    assert examples(made, b"both;0,1\n") == [("both", (0, 1))]


def test_header_names_columns_and_skips_rows():
    made = sheet(
        target="scored_label",
        columns={"text": "T", "label": "L", "target": "S"},
        settings={"separator": ";", "header": True, "skip": {"ID": "mystery"}},
    )
    content = b"ID;T;L;S\n1;a;yes;0.5\nmystery;b;yes;0\n"
    assert examples(made, content) == [("a", (1, 0.5))]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a;yes\nno separator\n", "a.txt, row 2: found 1 fields, wanted at least 2"),
        (b"a;perhaps\n", "a.txt, row 1: found 'perhaps', wanted a label"),
        (b"a;yes\nb\xff;no\n", "a.txt, row 2: found byte 0xff, wanted UTF-8 text"),
    ],
)
def test_unreadable_row_is_named(content: bytes, found: str):
    with pytest.raises(UserError, match=found):
        examples(sheet(), content)


def test_missing_column_is_named():
    made = sheet(columns={"text": "T", "target": "S"}, settings={"header": True})
    with pytest.raises(UserError, match="row 1: found columns T, wanted a column 'S'"):
        examples(made, b"T\nx\n")


def test_copy_of_a_folder(own_cache: Path, tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(CONTENT)
    folder = fetch.get(sheet(), tmp_path)
    assert (folder / "a.txt").read_bytes() == CONTENT


def test_copy_of_a_gzipped_file(own_cache: Path, tmp_path: Path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CONTENT))
    assert (fetch.get(sheet(), tmp_path) / "a.txt").read_bytes() == CONTENT


def test_wrong_checksum_changes_nothing(own_cache: Path, tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(b"other")
    with pytest.raises(UserError, match=r"a\.txt: sha256 is [0-9a-f]{64}, wanted [0-9a-f]{64}"):
        fetch.get(sheet(), tmp_path)
    assert list((own_cache / "data" / "tiny").iterdir()) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server of tmp_path on this machine; gives its address."""
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and understands `Range: bytes=N-`."""

    def do_GET(self) -> None:
        content = Path(self.translate_path(self.path)).read_bytes()
        wanted = self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:])

    def log_message(self, *_: object) -> None:
        pass


def test_download_goes_on_where_it_stopped(own_cache: Path, tmp_path: Path, server: str):
    (tmp_path / "a.txt").write_bytes(CONTENT)
    part = own_cache / "data" / "tiny" / "a.txt.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:9])
    seen: list[int] = []
    folder = fetch.get(
        sheet(url=f"{server}/a.txt"), None, lambda name, done, total: seen.append(done)
    )
    assert (folder / "a.txt").read_bytes() == CONTENT
    assert not part.exists()
    assert seen == [len(CONTENT)]


def test_unreachable_download_is_told(own_cache: Path):
    with pytest.raises(UserError, match="cannot get a.txt") as caught:
        fetch.get(sheet(url="http://127.0.0.1:9/a.txt"))
    assert "--from" in caught.value.hint


def test_load_without_the_data_tells_what_to_do(own_cache: Path):
    with pytest.raises(UserError, match="not on this machine") as caught:
        load("emotion_dair")
    assert "harken data get emotion_dair" in caught.value.hint


def test_harken_data_comes_first(own_cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HARKEN_DATA", "/somewhere")
    assert paths.data_folders() == [Path("/somewhere"), own_cache / "data"]


def test_located_accepts_a_gzipped_file(tmp_path: Path):
    file = File(name="a.txt", url="https://example.invalid/a", sha256="0" * 64)
    (tmp_path / "a.txt.gz").touch()
    assert fetch.located(tmp_path, file) == tmp_path / "a.txt.gz"
