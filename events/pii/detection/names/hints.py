"""What words around a value, in its path or its sentence, say about it: this makes weak patterns count, or not."""

from typing import Final


class Hint:
    """Some of the subjects a text may speak of, as bits; plain integers, since an enum's are slow to combine."""

    NONE: Final = 0
    ANY: Final = -1
    PHONE: Final = 1
    SSN: Final = 2
    CARD: Final = 4
    BIRTH: Final = 8
    PASSPORT: Final = 16
    BANK: Final = 32
    AWS: Final = 64
    # A person of some sort is spoken of: enough to take nine bare digits for a social security number.
    PERSON: Final = 128
    # An identifier of a thing: an order, a commit, an article, a moment.
    THING: Final = 256
    VERSION: Final = 512
    # Of a bank, or of messages and packets: a number with a bank's check digit.
    ROUTING: Final = 1024


WORDS = {
    Hint.PHONE: "phone phones telephone tel mobile cell cellphone fax whatsapp sms contact msisdn call dial hotline "
    "telefon telefono handy rufnummer portable landline pager",
    Hint.SSN: "ssn ssns ssnumber socialsecurity social itin taxpayer",
    Hint.CARD: "card cards cc creditcard debitcard pan payment visa mastercard amex maestro cardnumber",
    Hint.BIRTH: "dob birth birthday birthdate born dateofbirth bday geburtsdatum geboren geburtstag naissance "
    "nacimiento nascita",
    Hint.PASSPORT: "passport passports reisepass passeport pasaporte passaporto",
    Hint.BANK: "bank acct banking aba iban konto kontonummer sortcode checking savings",
    Hint.AWS: "aws amazon secretkey secretaccesskey awssecret",
    Hint.PERSON: "employee applicant customer patient member person taxpayer legacy holder beneficiary claimant "
    "identity individual citizen resident",
    Hint.THING: "order orders invoice sku ean gtin upc isbn imei hash digest sha sha1 sha256 md5 commit trace span "
    "uuid guid serial part ticket tracking timestamp ts checksum etag sequence offset count size bytes total amount "
    "price lat lon lng latitude longitude revision build barcode asin article product item batch rid id ids version "
    "duration seconds millis distance",
    Hint.ROUTING: "routing aba rtn",
    Hint.VERSION: "version versions ver release build firmware revision oid",
}

BY_TOKEN: dict[str, int] = {}
for _hint, _words in WORDS.items():
    for _word in _words.split():
        BY_TOKEN[_word] = BY_TOKEN.get(_word, 0) | _hint


def hints_of(tokens: list[str]) -> int:
    """What the tokens of a name hint at."""
    found = 0
    for token in tokens:
        found |= BY_TOKEN.get(token, 0)
    return found
