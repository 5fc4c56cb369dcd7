"""The gate: one linear pass of an RE2 set over all texts of an event, which says what has to be looked for exactly.

Each pattern is a condition without which its subject cannot be there, kept so plain that the automaton stays small on
any text: no counted repetition that may begin at some characters of itself and not at others, since its states would
be all the sets of such beginnings. Nor are there long ones of what most events have, such as runs of forty letters: the
states that an event goes through would not stay in the processor's cache while another part of ingest works. What the
gate lets through costs time; what it stops is lost.
"""

from enum import IntEnum, auto

import re2

from events.pii.detection.reading.folding import fold

SEPARATOR = "\x1f"


def options(case_sensitive: bool = True) -> re2.Options:
    """Every byte a character; nothing is written to standard error."""
    made = re2.Options()
    made.encoding = re2.Options.Encoding.LATIN1
    made.log_errors = False
    made.case_sensitive = case_sensitive
    return made


class Sign(IntEnum):
    """What a text may hold."""

    CONTROL = 0
    AT = auto()
    DIGITS = auto()
    LONG_NUMBER = auto()
    CARD_GROUPS = auto()
    CARD_APART = auto()
    SMALL_GROUPS = auto()
    SSN = auto()
    PHONE = auto()
    OF_PHONES = auto()
    OF_SSN = auto()
    OF_PERSONS = auto()
    IPV4 = auto()
    COLONS = auto()
    HEX_PAIRS = auto()
    IBAN = auto()
    TOKEN = auto()
    JWT = auto()
    KEY_BLOCK = auto()
    URL = auto()
    ASSIGNED = auto()
    WORDS = auto()
    ESCAPED = auto()
    JSON = auto()


PATTERNS = {
    Sign.CONTROL: rb"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]",
    Sign.AT: rb"[^\s\x1f]@[^\s\x1f]",
    # Seven digits, written together or not: something only where words say so.
    Sign.DIGITS: rb"\d\d\d\d\d\d\d|\d[ .()/-]{1,2}\d",
    Sign.LONG_NUMBER: rb"\d{12}",
    Sign.CARD_GROUPS: rb"\d{4}[ -]\d{4,7}[ -]\d{4}",
    Sign.CARD_APART: rb"\d{4}(?:[+.]|  |\r?\n)\d{4,6}(?:[+.]|  |\r?\n)\d{4}",
    Sign.SMALL_GROUPS: rb"\d[ -]\d{1,3}[ -]\d{1,4}[ -]\d|\b\d{1,3}[ -]\d{1,4}[ -]\d{1,4}[ -]\d",
    Sign.SSN: rb"\d\d\d-\d\d-\d\d\d\d",
    Sign.PHONE: rb"[+(]\d|[+]\(\d|\d\d\d[ .-]\d\d\d[ .-]\d\d\d\d|\)[ .-]?\d\d\d[ .-]\d\d\d\d"
    rb"|\b0\d{1,5}(?:[ ./-]| / )\d\d|\d \d\d \d\d\b|\d\d-\d\d-\d\d-\d\d",
    # What words of spoken.py begin with; these say which digits are worth reading.
    Sign.OF_PHONES: rb"(?i:phone|\btel|\bcall|\bcell|\bmobil|\bfax|\bdial|\bring\b|\btext (?:me|us)|\breach|\bcontact"
    rb"|\bdesk|\bext\b|\bextension|hotline|msisdn|whats\s?app|\bsms\b|voicemail|handy|pager|\bnumber(?: is|:)"
    rb"|\bi(?:'| a)m at"
    rb"|\b(?:my|new|his|her|their) number|messages? (?:me|us|to)|answer|helpline|office|\bhome|\bline|\bportable"
    rb"|support|customer service)",
    Sign.OF_SSN: rb"(?i:\bssn|social|\bitin\b|\btaxpayer)",
    Sign.OF_PERSONS: rb"(?i:employee|applicant|customer|patient|member|person|legacy|holder|beneficiary|claimant"
    rb"|identity|individual|citizen|resident)",
    Sign.IPV4: rb"\d\.\d{1,3}\.\d{1,3}\.\d",
    Sign.COLONS: rb"::|[0-9A-Fa-f]:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]",
    Sign.HEX_PAIRS: rb"[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
    Sign.IBAN: rb"(?:\b|_)[A-Za-z]{2}\d\d[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}",
    Sign.TOKEN: rb"AKIA|ASIA|ABIA|ACCA|gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|oas|agent)-|GR1348941"
    rb"|xox[a-z]-|xapp-|xwfp-"
    rb"|hooks\.slack\.com/|[srp]k_(?:live|test)_|whsec_|AIza|ya29\.|GOCSPX-|npm_|pypi-|SG\.|\b[SA][KC][0-9a-f]{30}"
    rb"|key-[0-9a-f]{30}|-us\d|sk-|hf_|do[opr]_v1_|shp(?:at|ca|pa|ss)_|sq0[a-z]{3}-|:AA|dapi[0-9a-f]{8}|dp\.(?:pt|st)\."
    rb"|hv[sb]\.|ATATT3|lin_api_|PMAK-|NRAK-|dckr_pat_|\.atlasv1\.|ecp_|glsa_|AGE-SECRET|rubygems_|pul-|figd_|sntr[yu]s_"
    rb"|discord(?:app)?\.com/api/webhooks/|[Bb][Ee][Aa][Rr][Ee][Rr] |AccountKey=|gsk_|tvly-|r8_|pat-[ne]a"
    rb"|[Bb]asic [A-Za-z0-9+/]{4}|(?i:authorization): |LTAI|xkeysib-|pscale_|pplx-|rdme_|shippo_|sq[apu]_|dt0[a-z]01\."
    rb"|EZ[AT]K|FLWSECK|HRKU-|glc_|fo1_|pnu_|tfp_|duffel_|sbp_|sgp_|ntn_|CFPAT-|lin_oauth_|ATCTT3|sha256~",
    Sign.JWT: rb"eyJ[A-Za-z0-9_-]",
    Sign.KEY_BLOCK: rb"-----BEGIN |PuTTY-User-Key-File|AGE-SECRET-KEY-",
    Sign.URL: rb"://[^\s/\x1f]*@|://[^\s\x1f]*[?&]",
    Sign.ASSIGNED: rb"(?i:pass(?:w(?:or)?d|phrase)?|pwd|secret|(?:api|account|access|private|secret)[_-]?key|token"
    rb"|credential|sig(?:nature)?)[\"']?[ ]?[:=]",
    Sign.WORDS: rb"(?i:birth|born|\bdob\b|d\.o\.b|geboren|geburt|naissance|\bnee? le|nacim|nascit|passport|passeport"
    rb"|reisepass|pasaporte|\bP<|account|acct|routing|\baba\b|sort[ -]?code|konto)",
    Sign.ESCAPED: rb"%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]{1,8};|\\u[0-9A-Fa-f]{4}|\\[nrt]",
    Sign.JSON: rb"\x1f\s*[\[{\"]",
}
LOUD = frozenset({Sign.CONTROL, Sign.AT, Sign.JSON, Sign.ESCAPED, Sign.TOKEN, Sign.JWT, Sign.KEY_BLOCK, Sign.URL})
"""Signs that rarely come of nothing."""
# Three groups in a row that decode to printable ASCII: the first characters of any text that has nine of it in a row.
# Hexadecimal digests and names nearly never have them, which spares decoding each of those. Not a pattern of the gate:
# on random base64 its automaton has too many states.
BASE64_OF_TEXT = re2.compile(
    rb"(?:[I-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]){3}", options()
)
SHORTEST_BASE64 = 12
SECRET_LENGTH = 40

# Signs that make a name suspicious only together with a digit, or not at all.
_WORDS = frozenset({Sign.WORDS, Sign.OF_PHONES, Sign.OF_SSN, Sign.OF_PERSONS})


def _compiled() -> re2.Set:
    # Beyond this the automaton forgets what it has built and begins again, which is slow and never wrong.
    chosen = options()
    chosen.max_mem = 64 << 20
    patterns = re2.Set.SearchSet(chosen)
    for sign in Sign:
        patterns.Add(PATTERNS[sign])
    patterns.Compile()
    return patterns


_SET = _compiled()


def signs(joined: bytes) -> list[int]:
    """The signs in texts that are joined by, begin and end with SEPARATOR; in no particular order."""
    # None where nothing matches.
    found: list[int] | None = _SET.Match(joined)
    return found or []


def fires(name: str) -> bool:
    """Whether the name of a field has to be looked at as a text. Few are, and each only once while it is remembered."""
    name = name if name.isascii() else fold(name)
    if len(name) < SHORTEST_BASE64 and name.replace("_", "").isalpha():
        return False
    joined = f"{SEPARATOR}{name}{SEPARATOR}".encode("latin-1")
    found = set(signs(joined))
    if len(name) >= SECRET_LENGTH or found - _WORDS or (found and any(character.isdigit() for character in name)):
        return True
    return BASE64_OF_TEXT.search(joined) is not None
