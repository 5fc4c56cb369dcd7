"""Markers: one value of each kind that stands nowhere else, so that finding it anywhere is proof of a leak."""

import base64
import json
from dataclasses import dataclass

KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjZebraQuagga7"


@dataclass(frozen=True, slots=True)
class Marker:
    """`text` as it stands in a field of the name `field`; `said` is the same where no field's name says what it is.

    `secrets` are what may stand nowhere, `number` is how it is sent as a JSON number.
    """

    kind: str
    text: str
    field: str = "note"
    said: str = ""
    number: int | None = None
    secrets: tuple[str, ...] = ()

    @property
    def alone(self) -> str:
        """Enough text to be known by itself; empty for what only a field's name tells."""
        return self.said if self.said or self.kind == "person_name" else self.text

    @property
    def hidden(self) -> tuple[str, ...]:
        return self.secrets or (self.text,)


def _token(**claims: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


JWT = f"{_token(alg='HS256', typ='JWT')}.{_token(sub='quagga-4711-subject')}.Zm9yQVRlc3RPbmx5UXVhZ2dh"

MARKERS = (
    # Under a pseudonym an address keeps its domain.
    Marker("email", "zebra.quagga.4711@tests.example", secrets=("zebra.quagga.4711",)),
    Marker("phone", "+44 7911 864213", number=447911864213, field="phone"),
    Marker("credit_card", "4556 7375 8689 9855", number=4556737586899855),
    Marker("us_ssn", "512-68-4713", number=512684713, field="ssn"),
    Marker("iban", "DE89 3704 0044 0532 0130 00"),
    Marker("ipv4", "198.18.247.131"),
    Marker("ipv6", "2001:db8:cafe:4711::beef:8a2e"),
    Marker("mac", "9e:8b:4d:47:c7:f1"),
    Marker("aws_access_key", "AKIAQZEBRA4QUAGGA762"),
    Marker(
        "aws_secret_key",
        "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",
        field="awsSecretAccessKey",
        said="AWS secret key qZ7/eB3rA+9wK2mX5vN8cL1pT4sR6yUgH0dJfQaE",
    ),
    Marker("jwt", JWT, secrets=tuple(JWT.split(".")[1:])),
    Marker("private_key", f"-----BEGIN PRIVATE KEY-----\n{KEY_BODY}\n-----END PRIVATE KEY-----", secrets=(KEY_BODY,)),
    Marker("api_token", "ghp_zEbRa4QuAgGa7ZeBrA4qUaGgA7zEbRa4QuAg"),
    Marker("date_of_birth", "1931-10-27", field="dateOfBirth", said="born 1931-10-27"),
    Marker("passport", "XK4713682", field="passportNumber", said="passport XK4713682"),
    Marker("bank_account", "883747113641", field="bankAccount", said="bank account 883747113641", number=883747113641),
    Marker("url_credentials", "https://quagga:Zebra-4711-pw@db.tests.example/x", secrets=("quagga:Zebra", "4711-pw")),
    Marker("person_name", "Zebrina Quaggason", field="fullName"),
)
ALONE = tuple(marker for marker in MARKERS if marker.alone)
NUMBERS = tuple(marker for marker in MARKERS if marker.number is not None)
