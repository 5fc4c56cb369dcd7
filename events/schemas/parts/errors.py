"""Why parts are not made, or not put together."""


class PartsError(ValueError):
    """A value is no JSON, or a part is missing or not what its digest names."""
