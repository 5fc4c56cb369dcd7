"""Addresses of machines, bank accounts with check digits, and secrets."""

import pytest

from tests.pii.detection.found import in_data, kinds, kinds_in, spans


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "255.255.255.255", "203.0.113.9"])  # noqa: S104
def test_it_finds_ipv4(address: str) -> None:
    assert spans(f"[{address}] in logs") == [("ipv4", address)]
    assert spans(f"http://{address}:8080/x") == [("ipv4", address)]


@pytest.mark.parametrize(
    "text",
    [
        "256.1.1.1",
        "192.168.1",
        "10.0.one.2",
        "v1.2.3.4",
        "version 1.2.3.4",
        "1.3.6.1.4.1.311",
        "1.2.3.4-rc1",
        "a1.2.3.4",
    ],
)
def test_h32_versions_and_the_like_are_no_ipv4(text: str) -> None:
    assert kinds(text) == []
    assert kinds_in({"version": "1.2.3.4"}) == []


@pytest.mark.parametrize(
    "address",
    [
        "::1",
        "2001:db8::1",
        "fe80::1%eth0",
        "::ffff:192.0.2.128",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "64:ff9b::192.0.2.33",
    ],
)
def test_it_finds_ipv6_in_all_forms(address: str) -> None:
    assert spans(f"from [{address}]:443") == [("ipv6", address)]
    assert spans(f"{address}: refused") == [("ipv6", address)]


@pytest.mark.parametrize(
    "text",
    ["::ffff:192.168.1", "std::vector", "12:30:45", "add::dead", "1:2:3", "::", "a::b::c", ":".join(["ab"] * 20)],
)
def test_scopes_times_and_fingerprints_are_no_ipv6(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("address", ["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"])
def test_it_finds_mac_addresses(address: str) -> None:
    assert spans(f"eth0 {address} up") == [("mac", address)]


@pytest.mark.parametrize(
    "account",
    [
        "DE44 5001 0517 5407 3249 31",
        "GB82WEST12345698765432",
        "de44500105175407324931",
        "NO93 8601 1117 947",
        "ES91 2100 0418 45 0200051332",
        "DE44 500105175407324931",
        "IR062960000000100324200001",
    ],
)
def test_it_finds_ibans(account: str) -> None:
    assert spans(f"to {account}.") == [("iban", account)]


@pytest.mark.parametrize(
    "text",
    ["DE44 5001 0517 5407 3249 32", "XX44500105175407324931", "DE4450010517540732493", "DE44-50010517-5407324931"],
)
def test_wrong_check_digits_lengths_and_countries_are_no_ibans(text: str) -> None:
    assert "iban" not in kinds(text)


SECRETS = [
    ("aws_access_key", "AKIAIOSFODNN7EXAMPLE"),
    ("aws_secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"),
    ("private_key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
    ("private_key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"),
    ("api_token", "ghp_" + "a1B2c3" * 6),
    ("api_token", "github_pat_" + "A1b2" * 6),
    ("api_token", "glpat-" + "a1B2" * 5),
    ("api_token", "xoxb-123456789012-abcdefABCDEF"),
    ("api_token", "sk_live_4eC39HqLyjWDarjtT1zd"),
    ("api_token", "AIza" + "Sy9-_" * 7),
    ("api_token", "npm_" + "a1B2c3" * 6),
    ("api_token", "pypi-AgEIcHlwaS5vcmc" + "x1" * 20),
    ("api_token", "SG." + "a" * 22 + "." + "b" * 43),
    ("api_token", "SK" + "0a" * 16),
    ("api_token", "ecp_0123456789ab_" + "A" * 43),
    ("aws_access_key", "AKIA0189EXAMPLE0189X"),
    ("api_token", "glagent-" + "a1B2" * 13),
    ("api_token", "pscale_tkn_" + "a1B2" * 11),
    ("api_token", "xkeysib-" + "0a" * 32 + "-" + "a1B2" * 4),
    ("api_token", "sha256~" + "a1B2c3d" * 6 + "x"),
]


@pytest.mark.parametrize(("kind", "secret"), SECRETS)
def test_it_finds_secrets_of_a_fixed_form(kind: str, secret: str) -> None:
    assert spans(f"x {secret}") == [(kind, secret)]


def test_a_secret_key_of_fewer_signs_counts_where_it_is_named() -> None:
    secret = "a1B2c3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"

    assert kinds(secret) == []
    assert kinds(f"aws_secret_access_key: {secret}") == ["aws_secret_key"]
    assert kinds_in({"aws": {"it": secret}}) == ["aws_secret_key"]


@pytest.mark.parametrize("around", ["{}", "{}, {}", "it is\n{}\nindeed", "({})", "key={};"])
def test_it_finds_secret_keys_whatever_stands_around(around: str) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    digest = "5f" * 20

    found = in_data(
        [digest, "A sentence of many small words, longer than such a key is", around.format(secret, secret)]
    )

    assert [finding.kind for finding in found] == ["aws_secret_key"] * around.count("{}")


@pytest.mark.parametrize(
    "text",
    [
        "5f" * 20,
        "5f" * 32,
        "MaintenanceOrderWithAVeryLongNameIndeed12",
        "https://s3.eu-west-1.amazonaws.com/uk/restaurants/restaurantIdent/imageName",
        "eyJub3QiOiJhIGp3dCJ9.x",
        "sk-learn",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_h32_digests_and_names_are_no_secrets(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Basic amFuZTpodW50ZXIy", "amFuZTpodW50ZXIy"),
        ("password: hunter2, again", "hunter2"),
        ("secret_key=hunter2", "hunter2"),
        ("private-key = hunter2", "hunter2"),
        ("user=a pass=hunter2", "hunter2"),
        ("?X-Amz-Credential=AB12/eu", "AB12/eu"),
        ("'apiKey': 'a1b2c3d4'", "a1b2c3d4"),
        ('X-Api-Token: "a1b2c3d4"', "a1b2c3d4"),
        ("https://bob:hunter2@db.example.com/x", "bob:hunter2"),
        ("postgres://u:p@ss:w@rd@host:5432/db", "u:p@ss:w@rd"),
        ("https://tok_abc@host.example/", "tok_abc"),
        ("Server=x;User Id=sa;Password=hunter2;", "hunter2"),
        ("https://x/y?access_token=abcdef123&z=1", "abcdef123"),
        ("export API_KEY='abcd1234'", "abcd1234"),
    ],
)
def test_it_finds_credentials_in_urls_and_connection_strings(text: str, secret: str) -> None:
    assert spans(text) == [("url_credentials", secret)]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/@user/profile", "ssh://git@github.com/a/b", "a://b:c", "password must be long",
        "password: required", "unexpected token: identifier", "secret: projects/7/secrets/db1", "api key: rotated",
        "https://x/y?page_token=abcdef123&z=1", "nextPageToken: abcdef123", "password = None", "password=********",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbC12d", "a Basic subscription", "Basic QUJDREVG",
    ],
)  # fmt: skip
def test_other_urls_and_texts_hold_no_credentials(text: str) -> None:
    assert kinds(text) == []


def test_it_finds_tokens_in_a_header_of_no_known_scheme() -> None:
    token = "5f2b9c1e0d3a4b5c6d7e"

    assert spans(f"curl -H 'Authorization: Token {token}'") == [("api_token", token)]
    assert spans(f"AUTHORIZATION: {token}") == [("api_token", token)]
    assert kinds("Authorization: AWS4-HMAC-SHA256 and more") == []


def test_a_port_makes_no_other_kind_of_an_address() -> None:
    assert kinds_in({"clientIp": "localhost:8080"}) == ["ipv4"]
    assert kinds_in({"clientIp": "::"}) == ["ipv6"]
