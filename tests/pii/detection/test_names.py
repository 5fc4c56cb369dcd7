import pytest

from events.pii.detection import Kind
from events.pii.detection.names.name import understood
from tests.pii.detection.found import by_path, in_data, kinds_in

# Names and what they hold, in the spellings of other detectors' test sets.
KNOWN = {
    "person_name": "fname full_name name FNAME FULL_NAME NAME firstName lastName LastName surname customer_full_name",
    "address": "address city state country po_box pobox ADDRESS shippingAddress address1 addressLine2",
    "postal_code": "zipcode zip_code postal postal_code zip homeZipCode",
    "date_of_birth": "dob birthday birthDate date_of_birth DateOfBirth",
    "us_ssn": "ssn social_number social_security_number social_security_no social_security SSN customerSSN",
    "credit_card": "credit_card cc_number cc_num credit_card_num creditcardnumber creditcard cardNumber CardNo",
    "phone": "phone phone_number phone_no telephone_num telephone mobile homePhone work-phone faxNumber phone2 phones",
    "email": "email e_mail e-mail E-Mail emailAddress customer.email useremail EMAIL emails",
    "gender": "gender sex",
    "nationality": "nationality citizenship",
    "credential": "pass password Password user_password secret client_secret token pin",
    "user_name": "user userid user_name username",
    "passport": "passport passportNo passport_number",
    "iban": "iban IBAN customerIban",
    "card_security": "cvv cvc CVV2",
    "ipv4": "ip ipAddress IPAddress clientIp",
    "mac": "mac macAddress",
    "salary": "salary annualSalary",
    "national_id": "nationalId national_id aadhaar",
    "tax_id": "taxId tax_id tin",
    "driving_licence": "driverLicense drivers_license driving_licence_no",
    "bank_account": "accountNumber bank_account account_no routingNumber sortCode",
    "api_token": "apiKey api_key accessToken X-Auth-Token refresh_token",
}
UNKNOWN = (
    "displayName apiName hostName orderState nextToken pageToken primaryKey publicKey description status version "
    "countryCode orderNumber contractAddress rid rows tokenCount wallStreet id key number line first_seen"
)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in KNOWN.items() for name in names.split()])
def test_it_knows_names_in_their_spellings(kind: str, name: str) -> None:
    assert kinds_in({name: "xyzzy"}) == [kind]


@pytest.mark.parametrize("name", UNKNOWN.split())
def test_other_names_say_nothing(name: str) -> None:
    assert kinds_in({name: "xyzzy"}) == []


def test_whatever_stands_in_such_a_field_is_found() -> None:
    found = in_data({"email": " on file ", "cvv": 123, "phones": ["a", 5], "salary": 1.5})

    assert [(finding.path, finding.start, finding.end, finding.by) for finding in found] == [
        ("/data/cvv", 0, 3, "name"),
        ("/data/email", 0, 9, "name"),
        ("/data/phones/0", 0, 1, "name"),
        ("/data/phones/1", 0, 1, "name"),
        ("/data/salary", 0, 3, "name"),
    ]


@pytest.mark.parametrize("value", ["", "  ", None, True, False, {}, [], "****", "[REDACTED]", "<EMAIL_1>"])
def test_what_is_empty_true_or_hidden_is_not(value: object) -> None:
    assert kinds_in({"password": value}) == []


def test_what_this_product_has_encrypted_is_not_personal_again() -> None:
    assert kinds_in({"name": "pii.v1.abcdefgh." + "A" * 60}) == []
    assert kinds_in({"name": "pii.v1.abcdefgh.short"}) == ["person_name"]


def test_a_name_says_more_together_with_the_object_it_is_in() -> None:
    data = {"name": {"first": "x", "given": "x"}, "card": {"number": "x"}, "line": {"first": "x", "number": "x"}}

    assert by_path(data) == {
        "/data/name/first": "person_name",
        "/data/name/given": "person_name",
        "/data/card/number": "credit_card",
        "/data/line/first": "person_name",
    }


def test_what_the_whole_value_is_counts_more_than_its_name() -> None:
    (found,) = in_data({"user": "alice@example.com"})

    assert (found.kind, found.by, found.also) == (Kind.EMAIL, "value", (Kind.USER_NAME,))


def test_but_not_more_than_a_secrets_name() -> None:
    (found,) = in_data({"password": "alice@example.com"})

    assert (found.kind, found.by, found.also) == (Kind.CREDENTIAL, "name", (Kind.EMAIL,))


def test_a_part_of_the_value_does_not_narrow_what_the_name_says() -> None:
    (found,) = in_data({"address": "12 Oak Street, call 555-123-4567"})

    assert (found.kind, found.start, found.end, found.also) == (Kind.ADDRESS, 0, 32, (Kind.PHONE,))


def test_extensions_have_names_too_except_those_of_the_envelope() -> None:
    assert by_path(None, email="x", phonenumber="y", userid="z", author="w", partitionkey="v") == {
        "/email": "email",
        "/phonenumber": "phone",
    }


def test_a_very_long_name_is_not_understood_but_looked_at() -> None:
    assert understood("a" * 10_000 + "Email").kind is None
    assert kinds_in({"a" * 10_000 + "@example.com": 1}) == ["email"]
