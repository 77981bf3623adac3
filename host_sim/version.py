"""Version of the product, as every result carries it."""

from importlib import metadata


def version() -> str:
    """The installed version; "unknown" when the project runs without being installed."""
    try:
        return metadata.version("sonomask")
    except metadata.PackageNotFoundError:
        return "unknown"
