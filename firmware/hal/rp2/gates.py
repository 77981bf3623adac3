"""Gates of machines with several horns, in the place of one: one shot is a shot of each, horn k
begins k * horns.stagger_ms after the first, and all have ended when the last one has.

Only built where machine.json has horns. The second gate has the state machine of the marks on a
machine without; the others are of PIO 2, which an RP2040 has not.
"""


class _Told:
    """What a gate says of its shot, in the place of the input image."""

    gate_on_us = gate_end = gate_done = 0


class Gates:
    def __init__(self, app, stagger_ms, make, marks):
        self.inputs = app.inputs
        self.monitors = app.monitors
        self.gates = []
        for k in range(len(app.monitors)):
            number = (0 if k == 0 else 3) if k + marks < 2 else 7 + k
            gate = make(app.monitors[k], _Told(), str(k + 1) if k else "", number)
            gate.delay = k * stagger_ms
            self.gates.append(gate)
        self.left = 0  # gates whose end is not yet told
        self.busy = False
        self.samples = 0
        self.amplitude_pm = -1

    def enable(self, on):
        for gate in self.gates:
            gate.enable(on)

    def amplify(self, pm):
        self.amplitude_pm = pm
        for gate in self.gates:
            gate.amplify(pm)

    def fire(self, number, max_us):
        self.busy = True
        self.amplitude_pm = -1  # whatever the monitors make of it
        self.left = len(self.gates)
        for gate in self.gates:
            gate.fire(number, max_us)

    def off(self):
        for gate in self.gates:
            gate.off()

    def rest(self):
        for gate in self.gates:
            gate.rest()

    def poll(self):
        samples = 0
        for gate in self.gates:
            if gate.poll():
                self.left -= 1
            samples += gate.samples
        self.samples = samples
        if self.left or not self.busy:
            return False
        self.busy = False
        for at in range(len(self.gates)):
            told = self.gates[at].inputs
            self.monitors[at].ended(told.gate_on_us, told.gate_end, 0)
        told = self.gates[0].inputs
        self.inputs.gate_on_us = told.gate_on_us
        self.inputs.gate_end = told.gate_end
        self.inputs.gate_done = told.gate_done
        return True
