# Fake: a HAL that runs what the test wants to happen.
import record

from hal.rp2.port import Port  # noqa: F401 - of the same file on the board

KEYS = (
    "feed.speed_mm_s",
    "feed.accel_mm_s2",
    "feed.trim_speed_mm_s",
    "feed.trim_accel_mm_s2",
    "feed.slow_speed_mm_s",
)


class Hal:
    def __init__(self, app, machine, places):
        record.put("built")
        self.app = app
        if record.reads_profiles:
            for key in KEYS:
                machine[key]

    def start(self):
        record.put("started")

    def run(self):
        record.put("runs")
        if record.run:
            record.run(self.app)
