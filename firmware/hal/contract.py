"""What a HAL must do for the controller, device by device. The classes here are the contract's
text; no code derives from them. README.md beside this file has the rules of the scan.

Required: a machine cannot run without it. Optional: a HAL that has it sets its bit in the
capabilities; one that has not does what "without" says, so that the controller need not ask.
"""

from micropython import const

CONTRACT_VERSION = const(2)  # rises when a HAL of the version before would do something wrong

# Capabilities: bits of the optional devices that a HAL has
CAP_MARK_EYE = const(1 << 0)  # MarkCapture
CAP_AMPLITUDE = const(1 << 1)  # Amplitude
CAP_BELT_SPEED = const(1 << 2)  # BeltDrive's set-point; without: on and off only
CAP_COMMANDS = const(1 << 3)  # Commands, from a link or a test
CAP_FREQUENCY = const(1 << 4)  # PowerSamples knows the change of the generator's frequency

LATCH_LATE_US = const(20)  # a latched position may be this old at most
SAMPLE_US = const(1000)  # from one power sample to the next
SAMPLE_TOP = const(4095)  # greatest power sample; 4096 counts are generator.full_scale_w
SAMPLE_GROUND = const(4096)  # added to a sample while GROUND is on


class Clock:
    """Time of the board. Required.

    now     any context; µs, 0 .. 2**30 - 1, wraps to 0. Never runs backwards or stops, also while
            an interrupt, a garbage collection or a flash write holds the interpreter up.
    """


class Levels:
    """Digital inputs and outputs, as words of signals.py; 1 is what the name says. Required.

    Inputs.di   before each scan; fast inputs, read at one instant. A change asks for a scan at
                once. Not filtered: bounces are the controller's affair.
    Inputs.dx   before each scan; slow inputs, at most 5 ms old. A change asks for a scan.
    Outputs.do  after each scan; what falls is switched before what rises. All off from reset of
                the board until the first scan has ended, and when the interpreter ends.
    SONICS_ENABLE and FEED_ENABLE are permissions of SonicsGate and StepTrain: one that falls
    stops its device at once, whatever that is doing.
    """


class SonicsGate:
    """One-shot that drives SONICS ON. Required.

    Outputs.gate_no      after the scan; a new number (0 .. 32767, wraps) fires one shot. Refused
                         without SONICS_ENABLE and while a shot is on.
    Outputs.gate_max_us  1 .. 30_000_000; read when a shot is fired. The device itself drops the
                         gate then, and on overload, whatever the interpreter does.
    SONICS_ENABLE off    drops the gate within 1 µs of the output; from any context.
    Inputs.gate_done     before the scan; number of the last shot that ended or was refused, at the
                         earliest 1 µs after it was asked for. Written last, with devices.
    Inputs.gate_on_us    how long that shot was on, exact to one device clock; 0 when refused.
    Inputs.gate_end      END_TIME at gate_max_us, the monitor's word (END_ENERGY ..),
                         END_OVERLOAD, END_STOP, or END_DENIED when refused.
    With horns.count horns (machine.json) there are as many gates, and one shot is a shot of each:
    gate k goes on k * horns.stagger_ms after the first, exact to 1 ms, and has gate_max_us of its
    own. The shot has ended when the last one has. gate_on_us and gate_end are those of horn 1.
    """


class PowerSamples:
    """Power monitor (0-10 V), sampled while a shot is on. Required.

    monitor.begin()      once when a shot is fired, before its first sample; not when refused.
    monitor.sample(raw)  interrupt; every SAMPLE_US, first SAMPLE_US after the gate went on; raw
                         0 .. SAMPLE_TOP, and SAMPLE_GROUND more while GROUND is on. Not 0 and
                         below AMPLITUDE: drop the gate now, this is the shot's gate_end. AMPLITUDE
                         and above: the rest is the amplitude in permille from now on. At
                         gate_max_us the sample is given all the same and the end is END_TIME.
    monitor.ended(on_us, end, df_hz)
                         before the scan that learns of the end; also when refused. For each horn
                         beside the first; for the first with CAP_FREQUENCY only. df_hz: frequency
                         at the end less that at the begin; 0 where it is not known.
    Horn k has App.monitors[k]. A sample is late by 200 µs at most. None is given after the gate is
    off. A HAL that knows a shot's samples ahead may give them at once, if it begins again and
    gives only those before the end when the shot is cut short.
    """


class StepTrain:
    """Step, direction and acceleration of the feed drive. Required.

    Outputs.feed_no       after the scan; a new number (0 .. 32767, wraps) starts one move. Refused
                          without FEED_ENABLE, without FEED_READY, and while a move is under way.
    Outputs.feed_steps    1 .. 2_000_000; forward only. 0 or less is refused.
    Outputs.feed_profile  PROFILE_INDEX  feed.speed_mm_s, feed.accel_mm_s2
                          PROFILE_TRIM   feed.trim_speed_mm_s, feed.trim_accel_mm_s2
                          PROFILE_SLOW   feed.slow_speed_mm_s, feed.accel_mm_s2
    FEED_ENABLE off       begins to brake at once, with the same acceleration; from any context.
    Inputs.feed_done      before the scan; number of the last move that ended, was stopped or was
                          refused. A move has ended when its last step is out, a stopped one when
                          the web is due to stand; FEED_IN_POS then says that it does. A stepper
                          (feed.type) has no such signal and is given feed.settle_ms.
    Exactly feed_steps steps, or fewer where it was stopped; step times exact to 1 µs.
    """


class WebEncoder:
    """Counter of the web encoder. Required.

    Inputs.web_pos  before the scan; counts of feed.encoder_um, ring of 2**30, forward is up, at
                    most LATCH_LATE_US old. Running on does not change devices nor ask for a scan.
    Counts every edge also while the interpreter is held up.
    """


class MarkCapture:
    """Latches web_pos at the registration eye. Optional: CAP_MARK_EYE.

    Inputs.mark_no   before the scan; marks seen so far, 0 .. 32767, wraps.
    Inputs.mark_pos  web_pos at the last mark, exact to one count. Written before mark_no.
    Two marks are at least 5 ms apart; of marks closer than that the first counts.
    Without: mark_no never changes. A web with marks (registration) is refused at start; without
    that section the feed is plain length and marks count for nothing.
    """


class BeltDrive:
    """Drive and encoder of the takeaway belt. Required; its set-point optional: CAP_BELT_SPEED.

    Outputs.belt_pm  after the scan; 0 .. 1000 permille of belt.top_speed_mm_s, taken while
                     BELT_RUN is on. A PWM output; a new value may take 100 ms to arrive.
    Inputs.belt_pos  before the scan; counts of belt.encoder_um, as web_pos.
    Without set-point: belt_pm is not looked at, BELT_RUN is full speed.
    """


class EyeCapture:
    """Latches belt_pos at both edges of the piece eye. Required.

    Inputs.eye_pos  before the scan; belt_pos at the last edge of PIECE_EYE, exact to one count.
                    Written before the edge shows in di. Bounces are latched too.
    """


class Amplitude:
    """Amplitude set-point of the generator, 0-10 V by filtered PWM. Optional: CAP_AMPLITUDE.

    Outputs.amplitude_pm  after the scan; 0 .. 1000 permille. Taken before a shot that is asked for
                          in the same scan is fired; what changes during a shot waits for its end.
                          Within a shot the word of its monitor sets it (PowerSamples), for that
                          horn alone where each has a set-point of its own.
    Without: it is set at the generator by hand.
    """


class Service:
    """Housekeeping in a dwell that the stroke names: collect garbage, drain the journal. Required.

    Outputs.service_no   after the scan; a new number (0 .. 32767, wraps) asks for it once.
    Inputs.service_done  before the scan; the number, when it is over. A HAL without garbage
                         echoes after 1 µs at the earliest.
    The only time at which flash may be written while the machine produces; longer than
    service.collect_max_ms is an alarm. journal.drain must be called before the ring is full.
    """


class Commands:
    """PackML commands and modes from a link or a test. Optional: CAP_COMMANDS.

    Inputs.command_no  before the scan; rises (0 .. 32767, wraps) with each command.
    Inputs.command     PackML command 1 .. 10, or 0 for none.
    Inputs.mode        wished PackML mode, or 0 to leave it. Both are written before command_no.
    One command for each scan: the next one waits until a scan has seen the last.
    Without: command_no never changes; the panel remains.
    """


class Devices:
    """How the controller learns that a device has news. Required.

    Inputs.devices  before the scan; rises by 1 (0 .. 32767, wraps) whenever one or more of
                    gate_done, feed_done, mark_no, service_done or command_no were written,
                    and asks for a scan at once. Written after them.
    """
