"""What a run says on the console: verdicts first, then what limits each mold."""

from collections.abc import Sequence

from rich.console import Console

from host_sim.alarm_texts import texts
from host_sim.kpi.figures import pool
from host_sim.molds import settings
from host_sim.scenario import Scenario
from host_sim.verdict import Verdict
from tools.console import plain_table, runs_on
from tools.kpi_report import oee_line

NOTE = (
    "free-running: 60 / mean stroke, no waiting for the takt · paced: strokes over the time they\n"
    "took, first slot to last end, at least n x takt · bound: one-sided 95 % lower bound of the\n"
    "paced rate over replications · worst 10 min: least pieces of any ten minutes"
)


def report(console: Console, scenario: Scenario, verdicts: Sequence[Verdict]) -> None:
    """Print the whole report but the files."""
    machine, _ = settings(scenario.machine, scenario.molds[0])
    cavities = machine["machine.cavities"]
    console.print(
        f"machine {machine['machine.name']} · {cavities}-up · pacing {machine['machine.pacing']}"
        f" · {scenario.hours:g} h each · {scenario.replications} replications"
        f" · seed {scenario.seed}{runs_on(scenario.target)}\n"
    )
    rates(console, verdicts)
    console.print()
    limits(console, verdicts)
    console.print()
    console.print(NOTE, style="dim")
    if any(verdict.worst_scaled for verdict in verdicts):
        console.print(
            "The horizon is shorter than ten minutes: the worst window is scaled up to them.",
            style="dim",
        )
    console.print()
    summary(console, scenario, verdicts)


def rates(console: Console, verdicts: Sequence[Verdict]) -> None:
    """The table of verdicts, in pieces."""
    table = plain_table(
        ("mold", False),
        ("stroke ms", True),
        ("p99", True),
        ("reserve", True),
        ("free-running\npcs/min", True),
        ("paced\npcs/min", True),
        ("95 % bound\npcs/min", True),
        ("worst\n10 min", True),
        ("verdict", False),
    )
    for verdict in verdicts:
        table.add_row(
            verdict.mold,
            f"{verdict.time.mean / 1000:.0f}",
            f"{verdict.time.percentile(99) / 1000:.0f}",
            f"{verdict.reserve_us / 1000:.0f} ms",
            f"{verdict.free_pcs_min:.1f}",
            f"{verdict.paced_pcs_min:.2f}",
            f"{verdict.bound_pcs_min:.2f}",
            f"{verdict.worst_pcs:.0f} pcs",
            "[green]PASS[/]" if verdict.passed else "[bold red]FAIL[/]",
        )
    console.print(table)


def limits(console: Console, verdicts: Sequence[Verdict]) -> None:
    """The table behind it: strokes, tails, and what limits each mold."""
    table = plain_table(
        ("mold", False),
        ("p95", True),
        ("p99.9", True),
        ("free-running\nstrokes/min", True),
        ("paced\nstrokes/min", True),
        ("limiting\nchain", False),
        ("first to\nfail", False),
        ("worst stage against\nits time-out", False),
    )
    for verdict in verdicts:
        worst = verdict.tightest
        table.add_row(
            verdict.mold,
            f"{verdict.time.percentile(95) / 1000:.0f}",
            f"{verdict.time.percentile(99.9) / 1000:.0f}",
            f"{verdict.free_strokes_min:.1f}",
            f"{verdict.paced_strokes_min:.2f}",
            f"{verdict.chain} {verdict.chain_share * 100:.0f} %",
            f"{verdict.first_to_fail} x{verdict.first_factor:.1f}"
            if verdict.reserve_us > 0
            else "-",
            f"{worst.name} {worst.time.most / 1000:.0f} of {worst.max_us / 1000:.0f} ms"
            if worst
            else "none",
        )
    console.print(table)


def slower(verdict: Verdict) -> str:
    """What would break the takt first, or by how much it is broken."""
    if verdict.reserve_us <= 0:
        return f"The stroke is {-verdict.reserve_us / 1000:.0f} ms longer than the takt"
    return f"First to fail: {verdict.first_to_fail} {verdict.first_factor:.1f} times slower"


def summary(console: Console, scenario: Scenario, verdicts: Sequence[Verdict]) -> None:
    """The last lines: how many molds hold, which alarms there were, which mold is the tightest."""
    held = [verdict for verdict in verdicts if verdict.passed]
    least = min(verdict.bound_pcs_min for verdict in verdicts)
    console.print(
        f"Held: {scenario.target_pcs_min:g} pcs/min on {len(held)} of {len(verdicts)} molds "
        f"(least 95 % lower bound {least:.2f}).",
        style="bold green" if len(held) == len(verdicts) else "bold red",
    )
    for verdict in verdicts:
        for reason in verdict.reasons:
            console.print(f"{verdict.mold} fails: {reason}.")
    pieces(console, verdicts)
    oee(console, verdicts)
    alarms(console, verdicts)
    tight = tightest(verdicts)
    if not tight.time.count:
        console.print(f"Limit: not one stroke of {tight.mold} ended.")
        return
    console.print(
        f"Limit: {', '.join(tight.chain_rows)}: {tight.chain_share * 100:.0f} % of the "
        f"{tight.mold} stroke. {slower(tight)}."
    )


def pieces(console: Console, verdicts: Sequence[Verdict]) -> None:
    """What became of the pieces. Those still on the belt at the end are in none of the numbers."""
    counts = {
        name: sum(r.counts[f"pieces_{name}"] for verdict in verdicts for r in verdict.results)
        for name in ("good", "suspect", "reject", "partner", "thrown", "lost")
    }
    went = [f"{counts[name]} {name}" for name in ("partner", "thrown") if counts[name]]
    text = ", ".join(f"{counts[name]} {name}" for name in ("good", "suspect", "reject", "lost"))
    console.print(f"Pieces: {text}.")
    if went:
        console.print(f"Good ones that went out at the reject gate: {', '.join(went)}.")


def oee(console: Console, verdicts: Sequence[Verdict]) -> None:
    """OEE of all runs together."""
    runs = [result.figures for verdict in verdicts for result in verdict.results]
    figures = pool(each for each in runs if each is not None)
    if figures is not None:
        console.print(f"{oee_line(figures)} (ISO 22400, see `sonomask kpi`).")


def alarms(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Which alarms were raised after production had begun."""
    known = texts()
    for verdict in verdicts:
        codes: dict[int, int] = {}
        for result in verdict.results:
            for code, count in result.alarms.items():
                codes[code] = codes.get(code, 0) + count
        shown = [
            f"{count} x {code} {known[code].name}" if code in known else f"{count} x {code}"
            for code, count in sorted(codes.items())
        ]
        if shown:
            console.print(f"Alarms with {verdict.mold}: {', '.join(shown)}.")


def tightest(verdicts: Sequence[Verdict]) -> Verdict:
    """The mold with the least reserve: the one worth a picture."""
    return min(verdicts, key=lambda verdict: verdict.reserve_us if verdict.time.count else 0)
