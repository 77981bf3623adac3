"""The errors that end a command with a line, and no traceback of ours."""


class InputError(Exception):
    """Unusable input: one line that names the file, the key, the bound and the way out.

    The command line prints it and ends with exit status 2.
    """


class TargetError(Exception):
    """The interpreter that was to run the controller is missing, has crashed or does not answer.

    One line that says what to do, with the traceback of the other side below it where it left one.
    The command line prints it and ends with exit status 3.
    """
