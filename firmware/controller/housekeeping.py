"""Housekeeping in a dwell of the stroke: collect garbage, drain the journal. Used by its rows."""


class Housekeeping:
    def __init__(self, bus):
        self.bus = bus

    def begin(self, now):
        out = self.bus.outputs
        out.service_no = (out.service_no + 1) & 0x7FFF

    def done(self, now):
        return self.bus.inputs.service_done == self.bus.outputs.service_no
