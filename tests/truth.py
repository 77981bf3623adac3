"""What is true of each piece at its weld, as the plant knows it and no sensor tells."""

from __future__ import annotations

from controller.app import App
from host_sim.twin import Twin


class Truth:
    """Watches the welds of a machine. Pieces go by the plant's number, from 1 on."""

    def __init__(self, twin: Twin, app: App) -> None:
        self.twin = twin
        self.app = app
        self.off_um: dict[int, int] = {}
        """How far the print was off its register."""
        self.spliced: set[int] = set()
        """Pieces with a splice in them."""
        self._welded = twin.plant.gate._welded
        twin.plant.gate._welded = self.welded

    def welded(self) -> None:
        """A shot on the web has ended."""
        plant, web = self.twin.plant, self.twin.plant.web
        before = plant.pieces.made
        self._welded()
        assert not web.moving and plant.press.position_pm == 1000
        pitch_um = self.app.feed.pitch_um
        number = plant.pieces.made - plant.pieces.foreign
        for of_pair in range(plant.pieces.made - before):
            off_um = (web.position_um + pitch_um // 2) % pitch_um - pitch_um // 2
            self.off_um[number - of_pair] = off_um
            if web.carries_splice:
                self.spliced.add(number - of_pair)

    def check_good(self, number: int, marks: bool = True, splices: bool = True) -> None:
        """This piece counts as good or suspect. May it?"""
        if marks:
            # What the marks are seen off, and the last step of the feed
            most_um = self.app.feed.alarm_um + 200
            assert abs(self.off_um[number]) <= most_um, f"{number} is good and out of register"
        if splices:
            assert number not in self.spliced, f"{number} is good and has a splice"
