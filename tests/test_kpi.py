"""Key figures: known answers on histories by hand, and sums that are exact on any history."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi_rig import GOOD, LOST, REJECT, SUSPECT, TAKT_US, History, S, figures, second_opinion

from controller import alarm_codes as a
from controller import events, modes, packml
from host_sim.kpi import causes
from host_sim.kpi.causes import cause_name, is_failure, is_planned
from host_sim.kpi.figures import Figures, pool
from host_sim.kpi.stops import Kind


def an_hour() -> History:
    """3600 s, 1590 pieces of which 10 are rejects, a web break of 360 s, a jam of 60 s."""
    h = History().wait(100).run().strokes(500).strokes(10, REJECT)
    h.alarm(a.WEB_BREAK).state(packml.ABORTING).wait(350).state(packml.STARTING).wait(10)
    h.run().strokes(600)
    h.alarm(a.BELT_JAM).state(packml.HOLDING).wait(60)
    return h.run().strokes(480)


def test_an_hour_with_two_stops_and_ten_rejects() -> None:
    h = an_hour()
    f = figures(h.events, h.t_us)
    assert f.horizon_us == 3600 * S
    assert f.run_us == 3180 * S and f.busy_us == 3600 * S and f.delay_us == 420 * S
    assert f.availability == pytest.approx(3180 / 3600)
    assert f.performance == pytest.approx(1590 * 2 / 3180)
    assert f.quality == pytest.approx(1580 / 1590)
    assert f.oee == pytest.approx(1580 * 2 / 3600)
    assert (f.failures, f.minor_stops, f.stops_unplanned) == (1, 1, 2)
    assert (f.mtbf_us, f.mttr_us, f.between_stops_us) == (3180 * S, 360 * S, 1590 * S)
    assert [(loss.name, loss.us // S) for loss in f.waterfall()] == [
        ("11 WEB_BREAK", 360),
        ("51 BELT_JAM", 60),
        ("reject", 20),
    ]


def test_what_is_minor_is_a_matter_of_the_limit() -> None:
    h = an_hour()
    assert figures(h.events, h.t_us, minor_s=60).minor_stops == 0
    assert figures(h.events, h.t_us, minor_s=60).failures == 2
    assert figures(h.events, h.t_us, minor_s=361).failures == 0
    assert figures(h.events, h.t_us, minor_s=361).mtbf_us is None


def test_a_suspect_piece_is_used_and_a_lost_one_is_not() -> None:
    h = History().run()
    for verdict, count in ((GOOD, 5), (SUSPECT, 3), (REJECT, 1), (LOST, 1)):
        h.strokes(count, verdict)
    made = figures(h.events, h.t_us).made
    assert (made.total, made.usable) == (10, 8)


def test_a_good_piece_that_went_out_at_the_gate_is_no_good_one() -> None:
    h = History().run().strokes(6)
    h.put(events.PIECE_PARTNER, 7)
    h.put(events.PIECE_THROWN, 8)
    made = figures(h.wait(4).events, h.t_us).made
    assert (made.total, made.usable, made.reject) == (8, 6, 2)


def test_slow_strokes_are_a_loss_of_speed_of_the_stage_that_was_slow() -> None:
    h = History().run().strokes(95)
    for _ in range(5):
        h.stroke(weld_us=2_500_000)
    f = figures(h.events, h.t_us)
    assert f.performance == pytest.approx(200 / 205)
    (loss,) = f.waterfall()
    assert (loss.group, loss.name, loss.us) == ("speed", "weld", 5 * S)
    weld = f.strokes[3].stages[7]
    assert weld.ideal_us == pytest.approx(900_000, abs=500)
    assert weld.loss_us == pytest.approx(5 * 1_600_000 / 100, abs=500)
    assert (f.strokes[3].long, f.strokes[3].over_us) == (5, 5 * S)


def test_a_stroke_that_was_cut_off_is_in_no_stage_time() -> None:
    h = History().run().strokes(3)
    h.put(events.SEQUENCE + events.SEQ_BEGIN, 0)
    h.put(events.SEQUENCE + 0, 700_000)
    h.put(events.SEQUENCE + events.SEQ_CANCEL, 1)
    h.strokes(2)
    for chunk in (1, 2, 3, 100):
        strokes = figures(h.events, h.t_us, chunk).strokes[3]
        assert strokes.time.count == strokes.stages[0].time.count == 5


def test_places_without_a_piece_are_a_loss_of_speed() -> None:
    h = History().run().strokes(90).wait(20)
    f = figures(h.events, h.t_us)
    (loss,) = f.waterfall()
    assert (loss.group, loss.us) == ("speed", 20 * S)
    assert loss.name == "starts, cut-off and empty strokes"


def test_pieces_on_the_way_are_no_other_loss() -> None:
    h = History().run().strokes(90)
    for _ in range(2):
        h.put(events.PIECE_MADE, 1)
        h.wait(2)
    f = figures(h.events, h.t_us)
    assert f.underway == 2 and f.made.total == 90
    assert [(loss.name, loss.us) for loss in f.waterfall()] == [("pieces on the way", 4 * S)]


# Planned stops and set-up


def change(h: History) -> History:
    """From hand_M to foot_L: 30 s to stop, 500 s of change, 5 pieces of scrap, 20 s to start."""
    h.state(packml.STOPPING).wait(30).mode(modes.CHANGE_OVER).wait(400).mold(8).wait(50)
    h.mode(modes.SET_UP).state(packml.EXECUTE).strokes(5).state(packml.STOPPING).wait(40)
    return h.mode(modes.PRODUCE).state(packml.STARTING).wait(20).run()


def test_set_up_time_is_from_the_last_good_piece_to_the_first() -> None:
    h = History().run().strokes(100)
    last_us = h.events[-1][0]
    change(h).strokes(2, REJECT).strokes(60)
    f = figures(h.events, h.t_us)
    (setup,) = f.setups
    assert (setup.old, setup.new) == (3, 8)
    first_good_us = next(
        t for t, what, _ in h.events if what == events.PIECE_GOOD and t > last_us + 540 * S
    )
    assert setup.us == first_good_us - last_us
    assert [(f.pieces[code].total, f.pieces[code].scrap) for code in (3, 8)] == [(100, 0), (62, 5)]
    assert [f.pieces[code].run_us for code in (3, 8)] == [200 * S, 124 * S]
    assert f.strokes[8].time.count == 62, "strokes of setting up are none of production"


def test_a_change_of_molds_is_planned_and_shown_both_ways() -> None:
    h = change(History().run().strokes(100)).strokes(62)
    f = figures(h.events, h.t_us)
    assert f.availability == 1.0 and f.setup_us == 550 * S
    assert f.availability_with_setup == pytest.approx(324 / (324 + 550))
    assert f.availability_with_planned == f.availability_with_setup
    assert [(kind, cause_name(cause)) for kind, cause, _ in f.pareto()] == [
        (Kind.PLANNED, "mode Change over")
    ]


def test_a_breakdown_that_is_used_for_a_change_is_planned_only_from_there() -> None:
    h = History().run().strokes(10).alarm(a.WEB_BREAK).state(packml.ABORTING).wait(300)
    h.mode(modes.CHANGE_OVER).wait(600).mode(modes.PRODUCE).wait(5).run().strokes(10)
    f = figures(h.events, h.t_us)
    assert [(kind, cause_name(cause), stop.us // S) for kind, cause, stop in f.pareto()] == [
        (Kind.PLANNED, "mode Change over", 605),
        (Kind.MAJOR, "11 WEB_BREAK", 300),
    ]
    assert f.repair_us == 300 * S


def test_the_same_mold_back_again_is_no_set_up() -> None:
    h = History().run().strokes(5).state(packml.STOPPING).mold(8).wait(9).mold(3).run().strokes(5)
    assert figures(h.events, h.t_us).setups == []


def test_a_shift_by_the_hour() -> None:
    h = History().run().strokes(1700).alarm(a.WEB_BREAK).state(packml.ABORTING).wait(400)
    h.run().strokes(500).state(packml.STOPPING).mode(modes.CHANGE_OVER).wait(2600)
    f = figures(h.events, h.t_us)
    minutes = [(x.total, x.usable, x.run_us // (60 * S), x.planned_us // S) for x in f.hours]
    assert minutes == [(1700, 1700, 56, 0), (500, 500, 16, 2400), (0, 0, 0, 200)]
    assert [f.hour_us(n) // S for n in range(4)] == [3600, 3600, 200, 0]


# Causes


def cause_of(h: History) -> int:
    ((_, cause),) = figures(h.wait(10).run().events, h.t_us).stops
    return cause


def test_a_stop_has_the_first_cause() -> None:
    def ran() -> History:
        return History().run().strokes(2)

    assert cause_of(ran().state(packml.STOPPING)) == causes.ORDERED
    assert cause_of(ran().state(packml.SUSPENDING)) == causes.NEIGHBOUR
    assert cause_of(ran().state(packml.COMPLETING)) == causes.COMPLETE
    hold = ran().alarm(a.BELT_JAM).alarm(a.SAFETY_OPEN, reason=False).state(packml.HOLDING)
    assert cause_of(hold) == a.BELT_JAM
    # A machine that went on from Held says no new reason: the alarm does.
    again = ran().alarm(a.BELT_JAM).state(packml.HOLDING).wait(5).run()
    again.alarm(a.AIR_LOW, reason=False).state(packml.HOLDING).wait(9).run()
    stops = figures(again.events, again.t_us).stops
    assert {cause for _, cause in stops} == {a.BELT_JAM, a.AIR_LOW}
    # What is only shown stops nothing; what comes after the stop did not begin it.
    warned = ran().alarm(a.PIECE_EXTRA, reason=False).state(packml.STOPPING)
    assert cause_of(warned.alarm(a.SAFETY_OPEN)) == causes.ORDERED


def test_an_ordered_stop_is_a_roll_change_while_a_roll_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(causes, "ROLL_LOW", frozenset((a.REGISTRATION_WARN,)))

    def asked() -> History:
        return History().run().strokes(2).alarm(a.REGISTRATION_WARN, reason=False).strokes(2)

    assert cause_of(asked().state(packml.STOPPING)) == causes.ROLL
    assert cause_of(asked().alarm(a.WEB_BREAK).state(packml.ABORTING)) == a.WEB_BREAK
    changed = asked()
    changed.put(events.CLEARED, a.REGISTRATION_WARN)
    assert cause_of(changed.strokes(1).state(packml.STOPPING)) == causes.ORDERED


def test_a_controller_that_starts_anew_is_a_stop() -> None:
    h = History().run().strokes(2)
    h.boot(3)
    assert cause_of(h) == causes.POWER


def test_people_and_neighbours_make_no_failures() -> None:
    assert is_failure(a.BELT_JAM)
    for cause in (a.SAFETY_OPEN, a.GUARD_OPEN, causes.ORDERED, causes.NEIGHBOUR, causes.POWER):
        assert not is_failure(cause) and not is_planned(cause)
    assert (
        is_planned(causes.COMPLETE)
        and is_planned(causes.ROLL)
        and is_planned(causes.by_mode(modes.MAINTENANCE))
    )


def test_a_machine_that_never_ran_has_no_ratios() -> None:
    h = History().wait(100)
    f = figures(h.events, h.t_us)
    assert (f.horizon_us, f.oee, f.availability, f.performance, f.quality) == (0, *[None] * 4)
    assert f.waterfall() == []


# On any history


STEPS = st.one_of(
    st.tuples(st.just("run"), st.integers(0, 12), st.integers(0, 3)),
    st.tuples(st.just("slow"), st.integers(1, 3), st.integers(1_000_000, 4_000_000)),
    st.tuples(st.just("state"), st.sampled_from(range(1, 18)), st.integers(0, 200)),
    st.tuples(st.just("mode"), st.sampled_from((1, 2, 3, 4, 6, 7)), st.integers(0, 300)),
    st.tuples(st.just("alarm"), st.sampled_from((2, 11, 14, 45, 51)), st.booleans()),
    st.tuples(st.just("mold"), st.integers(1, 4), st.integers(0, 50)),
    st.tuples(st.just("boot"), st.integers(1, 4), st.integers(0, 50)),
    st.tuples(st.just("cut"), st.just(0), st.just(0)),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    h = History(t_us=draw(st.integers(0, 10)) * S)
    for step, x, y in draw(st.lists(STEPS, max_size=30)):
        match step:
            case "run":
                h.run().strokes(x, y)
            case "slow":
                for _ in range(x):
                    h.stroke(weld_us=y)
            case "state":
                h.state(x).wait(y)
            case "mode":
                h.mode(x).wait(y)
            case "alarm":
                h.alarm(x, y)
            case "mold":
                h.mold(x).wait(y)
            case "boot":
                h.boot(x)
                h.wait(y)
            case _:
                h.put(events.SEQUENCE + events.SEQ_BEGIN, 0)
    return h


@given(histories(), st.integers(0, 500))
def test_the_times_are_the_period_exactly(h: History, rest_s: int) -> None:
    f = figures(h.events, h.wait(rest_s).t_us)
    stopped = f.stopped_us(*Kind)
    assert f.run_us + stopped == f.horizon_us == sum(f.state_us.values())
    assert f.busy_us == f.run_us + f.delay_us
    assert sum(each.run_us for each in f.pieces.values()) == f.run_us
    assert sum(hour.run_us for hour in f.hours) == f.run_us
    assert sum(hour.planned_us for hour in f.hours) == f.stopped_us(Kind.PLANNED)
    assert sum(hour.total for hour in f.hours) == f.made.total
    assert all(hour.run_us + hour.planned_us <= f.hour_us(n) for n, hour in enumerate(f.hours))
    ran = f.state_us.get((modes.PRODUCE, packml.EXECUTE), 0)
    assert ran == f.run_us
    lost = sum(loss.us for loss in f.waterfall())
    assert lost + f.ideal_us(f.made.usable) == f.horizon_us
    assert all(loss.us > 0 for loss in f.waterfall() if loss.name != "ahead of the takt")


@given(histories(), st.integers(0, 500))
def test_ratios_are_ratios(h: History, rest_s: int) -> None:
    f = figures(h.events, h.wait(rest_s).t_us)
    for ratio in (
        f.availability,
        f.availability_with_setup,
        f.availability_with_planned,
        f.performance,
        f.quality,
        f.oee,
    ):
        assert ratio is None or 0 <= ratio <= 1
    assert f.failures <= f.stops_unplanned and f.repair_us <= f.delay_us
    assert f.ahead_us == max(f.made.total * TAKT_US - f.run_us, 0)


@given(histories(), st.integers(0, 500))
def test_a_second_opinion_says_the_same(h: History, rest_s: int) -> None:
    f = figures(h.events, h.wait(rest_s).t_us)
    horizon_us, run_us, stood, pieces = second_opinion(h.events, h.t_us)
    made = f.made
    assert (f.horizon_us, f.run_us) == (horizon_us, run_us)
    assert [made.good, made.suspect, made.reject, made.lost] == pieces
    parts = sum(stop.count for stop in f.stops.values())
    assert stood <= parts <= 2 * stood  # a stop may have a planned part


def plain(f: Figures) -> dict:
    data = asdict(f)
    for strokes in data["strokes"].values():
        for tally in (strokes["time"], *(s["time"] for s in strokes["stages"].values())):
            tally["bins"] = tally["bins"].tolist()
    return data


@given(histories(), st.integers(1, 40))
def test_chunks_make_no_difference(h: History, chunk: int) -> None:
    assert plain(figures(h.events, h.t_us, chunk)) == plain(figures(h.events, h.t_us))


@given(histories(), histories())
def test_pooled_figures_are_the_sums(one: History, two: History) -> None:
    parts = [figures(h.events, h.t_us) for h in (one, two)]
    before = [plain(part) for part in parts]
    whole = pool(parts)
    assert whole is not None
    for name in ("horizon_us", "run_us", "busy_us", "setup_us", "failures", "repair_us"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.made.total == sum(part.made.total for part in parts)
    assert [plain(part) for part in parts] == before, "the parts are as they were"


def test_figures_of_different_machines_do_not_mix() -> None:
    h = an_hour()
    with pytest.raises(ValueError, match="do not mix"):
        figures(h.events, h.t_us).merge(figures(h.events, h.t_us, minor_s=60))
