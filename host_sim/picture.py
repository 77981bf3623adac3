"""The stroke as a Gantt chart with its spread, as SVG and PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from host_sim.stages import Stage
from host_sim.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOW, HIGH = 5.0, 99.0  # percentiles of the whiskers
COLOURS = {
    "web": "#3b7dd8",
    "press": "#d9622b",
    "control": "#7a7a7a",
    "belt": "#3a9a5b",
    "stack": "#8a5fb0",
}
MEANINGS = {
    "web": "web: index, registration",
    "press": "press and horn",
    "control": "control and generator",
    "belt": "pick and belt (in parallel)",
    "stack": "stacker (in parallel)",
}
SHOWN_US = 1_000  # a stage that never takes as long has no bar


def draw(verdict: Verdict, directory: Path, caption: str = "") -> list[Path]:
    """Write stroke.svg and stroke.png, and return their paths.

    Bars run from the mean beginning to the mean end of each stage, counted from the beginning of
    the stroke; whiskers show from when to when it ends in 5 to 99 of 100 strokes.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = chart_rows(verdict)
    with matplotlib.rc_context({"svg.hashsalt": "stroke", "font.size": 10}):
        figure = Figure(figsize=(11, 1.9 + 0.42 * (len(rows) + 1)), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for at, stage in enumerate(rows):
            _bar(axes, at, stage, stage in verdict.branches)
        _total(axes, len(rows), verdict)
        _takt(axes, verdict, len(rows))
        _dress(axes, rows, verdict)
        if caption:
            figure.supxlabel(caption, fontsize=8, color="#555555")
        directory.mkdir(parents=True, exist_ok=True)
        paths = [directory / f"stroke.{kind}" for kind in ("svg", "png")]
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1])
    return paths


def chart_rows(verdict: Verdict) -> list[Stage]:
    """The stages that take time, in the order in which they begin, branches among them."""
    stages = [
        stage
        for stage in verdict.stages + verdict.branches
        if stage.time.count and stage.time.most >= SHOWN_US
    ]
    return sorted(stages, key=lambda stage: (stage.begin.mean, stage.number))


def _bar(axes: Axes, at: int, stage: Stage, parallel: bool) -> None:
    begin, end = stage.begin.mean / 1000, stage.end.mean / 1000
    colour = COLOURS.get(stage.chain, "#444444")
    axes.barh(
        at,
        max(end - begin, 2.0),
        left=begin,
        height=0.62,
        color="white" if parallel else colour,
        edgecolor=colour,
        hatch="////" if parallel else "",
        zorder=2,
    )
    reach = _whisker(axes, at, stage.end.percentile(LOW) / 1000, stage.end.percentile(HIGH) / 1000)
    axes.annotate(
        f"{stage.time.mean / 1000:.0f} ms",
        (max(reach, end), at),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        zorder=5,
        bbox={
            "boxstyle": "square,pad=0.1",
            "facecolor": "white",
            "edgecolor": "none",
            "alpha": 0.8,
        },
    )


def _whisker(axes: Axes, at: int, low: float, high: float) -> float:
    axes.plot([low, high], [at, at], color="black", linewidth=1.2, zorder=4)
    axes.plot([low, high], [at, at], "|", color="black", markersize=9, zorder=4)
    return high


def _total(axes: Axes, at: int, verdict: Verdict) -> None:
    time = verdict.time
    axes.barh(at, time.mean / 1000, height=0.62, color="#222222", zorder=2)
    _whisker_light(axes, at, time.percentile(LOW) / 1000, time.mean / 1000)
    _whisker(axes, at, time.mean / 1000, time.percentile(HIGH) / 1000)
    axes.annotate(
        f"{time.mean / 1000:.0f} ms on average, p99 {time.percentile(99) / 1000:.0f} ms",
        (0, at),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color="white",
        fontweight="bold",
        zorder=5,
    )


def _whisker_light(axes: Axes, at: int, low: float, high: float) -> None:
    axes.plot([low, high], [at, at], color="white", linewidth=1.2, zorder=4)
    axes.plot([low], [at], "|", color="white", markersize=9, zorder=4)


def _takt(axes: Axes, verdict: Verdict, last: int) -> None:
    takt, mean = verdict.takt_us / 1000, verdict.time.mean / 1000
    over = mean > takt
    axes.axvspan(
        min(mean, takt),
        max(mean, takt),
        color="#d94b4b" if over else "#8bc98b",
        alpha=0.25,
        zorder=0,
    )
    axes.axvline(takt, color="#b00020", linewidth=1.8, zorder=3)
    axes.annotate(
        f"takt {takt / 1000:.1f} s",
        (takt, -0.75),
        xytext=(-6, 0),
        textcoords="offset points",
        color="#b00020",
        va="center",
        ha="right",
        fontweight="bold",
    )
    axes.annotate(
        f"{'too long by' if over else 'reserve'} {abs(verdict.reserve_us) / 1000:.0f} ms",
        ((mean + takt) / 2, last / 3),
        ha="center",
        va="center",
        color="#7a1010" if over else "#1d6b1d",
    )


def _dress(axes: Axes, rows: list[Stage], verdict: Verdict) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    names = [stage.name for stage in rows]
    axes.set_yticks(range(len(rows) + 1), [*names, "stroke"])
    axes.get_yticklabels()[-1].set_fontweight("bold")
    axes.set_ylim(len(rows) + 0.6, -1.2)
    axes.set_xlim(0, max(verdict.takt_us, verdict.time.percentile(99)) / 1000 * 1.12)
    axes.set_xlabel("ms from the beginning of the stroke")
    axes.grid(axis="x", color="#dddddd", zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    verb = "holds" if verdict.passed else "does not hold"
    axes.set_title(
        f"One stroke of {verdict.mold}: {verb} {verdict.target_pcs_min:g} pcs/min "
        f"({verdict.time.count:,} strokes simulated)",
        loc="left",
        fontweight="bold",
    )
    chains = [chain for chain in COLOURS if any(stage.chain == chain for stage in rows)]
    parallel = {stage.chain for stage in rows if stage in verdict.branches}
    handles: list[Patch | Line2D] = [
        Patch(
            facecolor="white" if chain in parallel else COLOURS[chain],
            edgecolor=COLOURS[chain],
            hatch="////" if chain in parallel else "",
            label=MEANINGS[chain],
        )
        for chain in chains
    ]
    handles.append(
        Line2D(
            [], [], color="black", marker="|", markersize=9, label="ends in 5 to 99 % of strokes"
        )
    )
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, -0.11),
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        columnspacing=1.4,
        handletextpad=0.6,
    )
