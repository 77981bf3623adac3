"""Two lanes with a horn each: a piece has its own horn's verdict, and pairs go together."""

from __future__ import annotations

from controller import events
from controller.app import App
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

PAIR = "pair_2up"
GOOD, REJECT = 0, 2


def test_a_bad_weld_in_the_right_lane_spoils_no_left_piece_but_its_partner_goes_along() -> None:
    machine, mold = settings(load_machine(PAIR), load_molds(["hand_M"], PAIR)[0])
    app = App(machine, mold)
    story: list[tuple[int, int]] = []

    def sink(ring: list[int], start: int, stop: int) -> None:
        story.extend((ring[at + 1], ring[at + 2]) for at in range(start, stop, 3))

    twin = Twin(app, PlantParameters(), machine, mold, 5, sink=sink)
    twin.operator.start_up(100_000)
    twin.run(20_000_000)
    twin.plant.loads[1].missing = 1  # the next weld of the right horn finds no part
    twin.run(70_000_000)
    verdicts = [value & 15 for what, value in story if what == events.WELD_VERDICT]
    left, right = verdicts[::2], verdicts[1::2]
    assert REJECT not in left and right.count(REJECT) == 1
    codes = [what for what, _ in story]
    # The right one is a reject, the left one its partner: an even number of good ones is left.
    assert codes.count(events.PIECE_REJECT) == codes.count(events.PIECE_PARTNER) == 1
    assert codes.count(events.PIECE_GOOD) % 2 == 0 and codes.count(events.PIECE_GOOD) > 15
    assert app.tracker.counts[2] == 2 and app.tracker.lost == 0
