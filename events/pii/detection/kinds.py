"""The kinds of personal data and secrets that are told apart."""

from enum import StrEnum


class Kind(StrEnum):
    """What a finding is. The value is the word used in policies, in the API and on entries."""

    # That of the value, to which it is equal: an Enum's own is of the name, and written in Python.
    __hash__ = str.__hash__

    # Found by their form, wherever they stand; the last four need words or a field name beside them.
    EMAIL = "email"
    PHONE = "phone"
    CREDIT_CARD = "credit_card"
    US_SSN = "us_ssn"
    IBAN = "iban"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    MAC = "mac"
    AWS_ACCESS_KEY = "aws_access_key"
    AWS_SECRET_KEY = "aws_secret_key"  # noqa: S105
    JWT = "jwt"
    PRIVATE_KEY = "private_key"
    API_TOKEN = "api_token"  # noqa: S105
    URL_CREDENTIALS = "url_credentials"
    CREDENTIAL = "credential"
    DATE_OF_BIRTH = "date_of_birth"
    PASSPORT = "passport"
    BANK_ACCOUNT = "bank_account"

    # Found by the name of their field only.
    PERSON_NAME = "person_name"
    USER_NAME = "user_name"
    ADDRESS = "address"
    POSTAL_CODE = "postal_code"
    GENDER = "gender"
    NATIONALITY = "nationality"
    NATIONAL_ID = "national_id"
    TAX_ID = "tax_id"
    DRIVING_LICENCE = "driving_licence"
    CARD_SECURITY = "card_security"
    SALARY = "salary"
    SPECIAL_CATEGORY = "special_category"
