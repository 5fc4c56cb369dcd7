class QuickstartError(Exception):
    """The demo cannot start or go on; the text is for the person at the terminal."""


class StoppedError(Exception):
    """The person at the terminal asked for the end."""
