"""A scan visits few parts, so that none is long; what does not come to rest is stopped."""

from __future__ import annotations

from typing import Any

import pytest
from test_flows import Line

from controller import alarm_codes, interlocks, packml
from controller import scan as room


@pytest.fixture
def line() -> Line:
    return Line()


def test_parts_that_keep_each_other_busy_are_a_fault_and_stop_everything(line: Line) -> None:
    line.into_the_stroke()
    app = line.app
    scan = app.light.scan

    def restless(now: int) -> None:
        scan(now)
        app.light.poke()

    app.light.scan = restless
    app.light.poked = True
    line.twin.extra_scan_at(line.twin.now_us + 1)
    scans = line.twin.scans
    line.run(0.000_1)
    assert line.twin.scans - scans < 200, "each µs once"
    assert app.alarms.is_active(alarm_codes.SCAN_FAULT)
    assert app.unit.state in (packml.ABORTING, packml.ABORTED)
    assert not app.outputs.do & interlocks.MOTION and not line.twin.plant.gate.on


def test_no_scan_visits_more_than_its_share(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    visits: list[int] = [0]
    for part in (line.app.supply, line.app.feed, line.app.horn, line.app.light, line.app.panel,
                 line.app.sequencer, line.app.coordinator, line.app.conveyor):  # fmt: skip
        scan = part.scan

        def counted(now: int, scan: Any = scan) -> None:
            visits[-1] += 1
            scan(now)

        monkeypatch.setattr(part, "scan", counted)
    line.twin.on_scan = lambda now_us: visits.append(0)
    line.into_the_stroke()
    line.run(5)
    assert len(visits) > 100 and max(visits) == room._VISITS
