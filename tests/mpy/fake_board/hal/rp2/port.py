# Fake: a stream on which nothing comes.
class Port:
    checked = False

    def __init__(self, places):
        pass

    def read(self):
        return -1

    def write(self, view):
        return len(view)
