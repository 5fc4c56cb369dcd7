"""Words in a sentence that say what a number beside them is."""

import re2

from events.pii.detection.gate import options
from events.pii.detection.names.hints import Hint

_WORDS = {
    Hint.PHONE: rb"\b(?:tele)?phone|\btel\b|\bcall(?:ed|ing|s)?\b|\bcell|\bmobile\b|\bfax\b|\bdial|\bring\b"
    rb"|\btext (?:me|us)|\breach|\bcontact|\bdesk\b|\bext\b|\bextension\b|\bhotline|\bwhats\s?app|\bsms\b|\bvoicemail"
    rb"|\btelefon|\bhandy\b|\bpager\b|\bnumber is\b|\b(?:my|new|his|her|their) number|\bnumber:|\bi'm at\b|\bi am at\b"
    rb"|\bmessages? (?:me|us|to)|\banswer(?:s|ed|ing)? (?:at|on)\b"
    rb"|\bhelpline|\boffice\b|\bhome\b.{0,3}$|\bline\b|\bportable\b|\btelefono\b"
    rb"|\bmobil\b|\bsupport\b|\bcustomer service",
    Hint.SSN: rb"\bssns?\b|social\s+(?:security|insurance)|\bsocial\b|\bitin\b|\btaxpayer",
    Hint.CARD: rb"card|\bcc\b|visa|amex|american express|maestro|discover|diners|jcb|unionpay|\bpan\b"
    rb"|pay(?:ment|ing)?\b|\bpaid\b|charge|credit|debit|billing",
    Hint.PERSON: rb"\b(?:employee|applicant|customer|patient|member|person|legacy|holder|beneficiary|claimant|identity"
    rb"|individual|citizen|resident)\b",
    Hint.THING: rb"\b(?:orders?|invoice|sku|ean|gtin|upc|isbn(?:-1[03])?|imei|hash|digest|sha\d*|md5|commit|trace|span"
    rb"|uuid|guid|serial|part|ticket|tracking|timestamp|checksum|etag|sequence|offset|count|size|bytes|total|amount"
    rb"|price|latitude|longitude|revision|build|barcode|asin|article|product|item|batch|version|case|ref(?:erence)?"
    rb"|code|model|identifiers?|transaction|shipment|parcel|container|token|zip|inventory|po|vat|job|request|run|row"
    rb"|session|process|pid|port|sensor|device|id|ids|numbers|account|policy|block|page|record id|licen[cs]es?)\b",
    Hint.VERSION: rb"(?:\bv|\bversions?|\bver|\brelease|\bbuild|\bsection|\bchapter|\bclause|\bfirmware|\boid|\xa4)"
    rb"[\s:.=]{0,3}$",
}
_COMPILED = {hint: re2.compile(pattern, options(case_sensitive=False)) for hint, pattern in _WORDS.items()}


def said(hint: int, text: bytes) -> bool:
    """Whether a stretch of text speaks of it."""
    return bool(text) and _COMPILED[hint].search(text) is not None
