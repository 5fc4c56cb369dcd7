"""Why no example was made."""


class NoExampleError(Exception):
    """One attempt came to a place where no value fits, or spent what it had. Others may not."""
