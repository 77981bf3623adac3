"""Who asks: roles of people at the panel and on the link. Read by whatever asks for one.

Each may do what those before it may.
"""

from micropython import const

NOBODY = const(0)
OPERATOR = const(1)
TECHNICIAN = const(2)
SUPERVISOR = const(3)
