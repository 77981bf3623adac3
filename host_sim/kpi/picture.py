"""The waterfall of losses as SVG: from the period to the time that good pieces need."""

from __future__ import annotations

from pathlib import Path

from host_sim.kpi.figures import Figures, Loss

COLOURS = {
    "planned stops": "#7a7a7a",
    "unplanned stops": "#b00020",
    "minor stops": "#d9622b",
    "speed": "#e0b030",
    "quality": "#8050a0",
}
_TOTAL, _GOOD = "#3b7dd8", "#3a9a5b"
ROWS_MOST = 24  # losses with a bar of their own; the least of the others are shown together


def draw(figures: Figures, directory: Path, title: str, caption: str = "") -> Path:
    """Write kpi.svg, the same bytes for the same figures, and return its path."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    losses = bars(figures)
    whole = max(figures.horizon_us, 1)
    with matplotlib.rc_context({"svg.hashsalt": "kpi", "font.size": 10}):
        figure = Figure(figsize=(11, 1.9 + 0.36 * (len(losses) + 2)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        left_us = figures.horizon_us
        axes.barh(0, 100 * left_us / whole, color=_TOTAL, height=0.7)
        _say(axes, 0, 100 * left_us / whole, f"{left_us / 3.6e9:.2f} h")
        for at, loss in enumerate(losses, 1):
            begin = left_us - max(loss.us, 0)
            axes.barh(
                at,
                100 * abs(loss.us) / whole,
                left=100 * begin / whole,
                color=COLOURS[loss.group],
                height=0.7,
            )
            _say(
                axes,
                at,
                100 * (begin + abs(loss.us)) / whole,
                f"{-loss.us / 60e6:+.1f} min, {100 * loss.us / whole:.2f} %",
            )
            left_us -= loss.us
        axes.barh(len(losses) + 1, 100 * left_us / whole, color=_GOOD, height=0.7)
        _say(axes, len(losses) + 1, 100 * left_us / whole, f"{100 * left_us / whole:.2f} %")
        names = ["period", *(loss.name for loss in losses), "PRI x GQ"]
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(_from(figures), 100 + (100 - _from(figures)) * 0.22)
        axes.set_xlabel("% of the period")
        axes.set_title(title, loc="left", fontweight="bold")
        axes.grid(axis="x", color="#dddddd")
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.legend(
            handles=[
                Patch(color=colour, label=group)
                for group, colour in COLOURS.items()
                if any(loss.group == group for loss in losses)
            ],
            loc="upper left",
            bbox_to_anchor=(0, -0.14),
            ncols=len(COLOURS),
            frameon=False,
        )
        if caption:
            figure.supxlabel(caption, fontsize=8, color="#555555")
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "kpi.svg"
        figure.savefig(path, metadata={"Date": None})
    return path


def bars(figures: Figures) -> list[Loss]:
    """The losses that get a bar, in the waterfall's order; small ones of a group together."""
    losses = figures.waterfall()
    if len(losses) <= ROWS_MOST:
        return losses
    limit = sorted((abs(loss.us) for loss in losses), reverse=True)[ROWS_MOST - len(COLOURS)]
    out: list[Loss] = []
    rest: dict[str, int] = {}
    for group in COLOURS:
        for loss in losses:
            if loss.group == group and abs(loss.us) > limit:
                out.append(loss)
            elif loss.group == group:
                rest[group] = rest.get(group, 0) + loss.us
        if rest.get(group):
            out.append(Loss(group, f"other {group}", rest[group]))
    return out


def _from(figures: Figures) -> float:
    """Where the axis begins: what is lost takes half of it or so."""
    good = figures.ideal_us(figures.made.usable) / max(figures.horizon_us, 1)
    return float(max(int(200 * good - 100) // 10 * 10, 0))


def _say(axes: object, at: int, end: float, text: str) -> None:
    axes.annotate(  # pyright: ignore[reportAttributeAccessIssue]
        text, (end, at), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9
    )
