"""Why a token cannot be opened. Neither the token nor anything in it is named."""


class TokenError(Exception):
    """A token cannot be opened; `code` is stable."""

    code = "token"


class NotAuthenticError(TokenError):
    """It was changed, is cut, or stands in another place than the one it was made for."""

    code = "not_authentic"

    def __init__(self) -> None:
        super().__init__("the token was changed, or belongs to another field or event")


class KeyMissingError(TokenError):
    """Its key is retired, destroyed, or not this tenant's. `key_id` is the name of the key, which is no secret."""

    code = "key_missing"

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"the key {key_id} of the token is retired, destroyed or another tenant's")
