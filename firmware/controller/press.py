"""The press: two valves and three switches. Its methods are starts and ends of rows."""

from controller import signals as s


class Press:
    def __init__(self, bus):
        self.bus = bus

    def lower(self, now):
        self.bus.want = self.bus.want & ~s.PRESS_UP | s.PRESS_DOWN

    def raise_(self, now):
        self.bus.want = self.bus.want & ~s.PRESS_DOWN | s.PRESS_UP

    def at_bottom(self, now):
        return self.bus.inputs.di & s.PRESS_BOTTOM != 0

    def triggered(self, now):
        return self.bus.inputs.di & s.TRIGGER != 0

    def clear(self, now):
        return self.bus.inputs.di & s.PRESS_CLEAR != 0

    def at_top(self, now):
        return self.bus.inputs.di & s.PRESS_TOP != 0
