# Fake: an I/O map that fits.


def read(root):
    return None
