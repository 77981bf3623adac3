"""The one error that a user's input can cause."""


class InputError(Exception):
    """Unusable input: one line that names the file, the key, the bound and the way out.

    The command line prints it and ends with exit status 2.
    """
