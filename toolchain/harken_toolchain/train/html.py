"""The HTML report of the text models: figures, confusion matrices, reliability plots."""

import base64
import html
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from harken_toolchain.train import measures
from harken_toolchain.train.bench import Compared, Result

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: left }
tr:nth-child(even) { background: #8881 } img { max-width: 100% }
"""
#: Labels up to which a confusion matrix can be read.
_READABLE = 40


def _picture(figure: Any) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, bbox_inches="tight")
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}">'


def _axes(size: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size, size))
    return figure, figure.add_subplot()


def confusion(targets: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """[labels, labels]: share of the texts of a label (row) that are told as each label."""
    rows = measures.in_scope(targets)
    true, said = targets[rows].argmax(1), scores[rows].argmax(1)
    counts = np.zeros((targets.shape[1], targets.shape[1]))
    np.add.at(counts, (true, said), 1)
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def _confusion_plot(result: Result, targets: np.ndarray) -> str:
    labels = result.corpus.labels
    shares = confusion(targets, result.scores)
    figure, axes = _axes(2 + 0.35 * len(labels) if len(labels) <= _READABLE else 8)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xlabel("told")
    axes.set_ylabel("true")
    if len(labels) <= _READABLE:
        axes.set_xticks(range(len(labels)), labels, rotation=90)
        axes.set_yticks(range(len(labels)), labels)
    return _picture(figure)


def reliability(targets: np.ndarray, scores: np.ndarray) -> list[tuple[float, float, int]]:
    """(mean confidence, accuracy, texts) of each of ten bins that has texts."""
    rows = measures.in_scope(targets)
    confidence = scores[rows].max(1)
    right = targets[rows].argmax(1) == scores[rows].argmax(1)
    bins = np.minimum((confidence * 10).astype(int), 9)
    return [
        (
            float(confidence[bins == b].mean()),
            float(right[bins == b].mean()),
            int((bins == b).sum()),
        )
        for b in range(10)
        if (bins == b).any()
    ]


def _reliability_plot(result: Result, targets: np.ndarray) -> str:
    points = reliability(targets, result.scores)
    figure, axes = _axes(4)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([x for x, _, _ in points], [y for _, y, _ in points], marker="o")
    axes.set_xlabel("confidence")
    axes.set_ylabel("accuracy")
    return _picture(figure)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table>"


def _section(result: Result, compared: list[Compared]) -> str:
    targets = result.corpus.test.targets[: len(result.scores)]
    rows = [
        (name, f"{f.value:.4f}", f"{f.low:.4f} to {f.high:.4f}", "this model, int8 on the device")
        for name, f in result.figures.items()
    ]
    for one in compared:
        if one.dataset == result.recipe.dataset:
            rows += [
                (name, f"{f.value:.4f}", f"{f.low:.4f} to {f.high:.4f}", one.name)
                for name, f in one.figures.items()
            ]
    cost = result.cost
    parts = [
        f"<h2>{html.escape(result.recipe.title)}</h2>",
        f"<p>{html.escape(result.recipe.summary)}</p>",
        f"<p>{cost.bytes:,} bytes, {cost.macs:,} multiply-accumulates, {cost.arena:,} bytes of "
        f"arena; {len(targets):,} test texts.</p>",
        _table(("measure", "value", "95 % interval", "model"), rows),
    ]
    if result.corpus.task == "label":
        parts += [_confusion_plot(result, targets), _reliability_plot(result, targets)]
    return "\n".join(parts)


def write(path: Path, results: list[Result], compared: list[Compared]) -> None:
    """Writes the report as one file without outside parts."""
    body = "\n".join(_section(result, compared) for result in results)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Harken: text models</title>'
        f"<style>{_STYLE}</style><h1>Text models</h1>\n{body}\n</html>\n"
    )
