# Fake: forcing all outputs off is written down.
import record


def off():
    record.put("off")
    if record.off_fails:
        raise record.off_fails.pop(0)
