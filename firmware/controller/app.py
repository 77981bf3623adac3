"""The controller: builds the parts from configuration and owns the order of the scan.

A pure function of time and inputs: fill `inputs`, call `scan(now)`, apply `outputs`, and call
again after what `scan` returns, or as soon as an input changes.
"""

from micropython import const

from controller import events, packml, tables
from controller.alarm_codes import POWER_UP
from controller.conveyor import Conveyor
from controller.coordinator import Coordinator
from controller.feed import Feed
from controller.horn import Horn
from controller.housekeeping import Housekeeping
from controller.journal import Journal
from controller.line import Line
from controller.mold_check import MoldCheck
from controller.order import Order
from controller.pacing import Pacing
from controller.panel import Panel
from controller.part import Bus
from controller.scan import Scan
from controller.sequencer import Sequencer
from controller.stack_light import StackLight
from controller.statistics import Statistics
from controller.supervision import Supervision
from controller.supply import Supply
from controller.tracking import Tracker

VERSION = const(1)


class App:
    contract = 2  # version of hal/contract.py whose calls and images these are

    def __init__(self, machine, mold, journal_events=512):
        self.name = machine["machine.name"]
        self.journal = Journal(journal_events)
        self.unit = packml.Unit()
        bus = self.bus = Bus(self.journal, self.unit)
        self.inputs = bus.inputs
        self.outputs = bus.outputs
        self.alarms = bus.alarms
        self.tracker = Tracker(bus, machine["machine.cavities"])
        self.housekeeping = Housekeeping(bus)
        self.feed = Feed(bus, machine, self.tracker)
        self.horn = Horn(bus, machine, self.feed, self.tracker)
        self.monitors = self.horn.monitors
        self.monitor = self.monitors[0]
        self.conveyor = Conveyor(bus, machine, self.tracker)
        self.pick = self.outfeed = self.stacker = None
        behind = tables.takeaway(bus, machine, self)
        self.statistics = Statistics(bus, self.feed, self.tracker, self.horn)
        self.sequencer = Sequencer(bus)
        self.pacing = Pacing(bus, machine, self.sequencer)
        self.coordinator = Coordinator(bus, self.sequencer, self.statistics)
        self.order = Order(bus, machine, self.tracker, self.coordinator)
        self.panel = Panel(bus, machine, self.coordinator, self.feed)
        self.mold = MoldCheck(bus, machine, self.coordinator)
        self.supervision = Supervision(bus)
        self.supply = Supply(bus, machine, self.feed)
        self.line = Line(bus, machine, self.coordinator)
        self.light = StackLight(bus)
        self.sequences = tables.build(bus, machine, self)
        # What is sensed, then what is decided, then what is shown; before all of it what was asked
        # for in the scan before, so that an abort waits for nobody.
        sensed = (
            self.coordinator,
            self.alarms,
            self.supervision,
            self.supply,
            self.panel,
            self.mold,
            self.horn,
            self.feed,
            self.conveyor,
        )
        decided = (
            self.order,
            self.sequencer,
            self.line,
            self.pacing,
            self.statistics,
            self.light,
        )
        parts = sensed + behind + decided
        #: scan(now): bring the outputs up to date; returns µs until the next deadline
        self.scan = Scan(bus, parts, self.mold, self.feed.arrived, self._begin).scan
        self.load(mold)

    def load(self, mold):
        """Take a recipe. Only while stopped or aborted: everything it changes is changed here."""
        self.recipe = mold["id"]
        self.weld_length_mm = mold["weld_length_mm"]
        self.feed.load(mold)
        self.tracker.load((self.feed.pitch + 1) // 2)
        self.conveyor.load(mold)
        self.mold.load(mold)
        self.horn.load(mold)
        self.sequences[0].limit(self.horn.row_times)
        single = self.horn.single
        single.limit(self.horn.row_times)
        self.coordinator.single = single if self.horn.setup_only else None

    def _begin(self, now):
        """First scan: take over the numbers of a HAL that has been running before us."""
        inputs = self.inputs
        self.outputs.gate_no = inputs.gate_done
        self.outputs.feed_no = self.feed.fed = inputs.feed_done
        self.outputs.service_no = inputs.service_done
        self.feed.mark_no = inputs.mark_no
        self.coordinator.command_no = inputs.command_no
        self.bus.wake = self.alarms.at = now
        self.journal.put(now, events.BOOT, VERSION)
        self.journal.put(now, events.STATE, self.unit.state)
        self.alarms.raise_(now, POWER_UP)
