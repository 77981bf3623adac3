# Runs after boot.py unless a host asks for the raw REPL. Every way out of it is through `off`.
from hal.rp2.off import off

try:
    off()
    from start.run import main

    main(off)
finally:
    off()
