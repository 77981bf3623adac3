"""The command line over everything on the host."""

import host_sim  # noqa: F401  (puts firmware/ on the path)
