"""Social security numbers, telephones, e-mail addresses, dates of birth, papers."""

import pytest

from tests.pii.detection.found import kinds, kinds_in, spans


@pytest.mark.parametrize(
    "written",
    [
        "(555) 123-4567", "555-123-4567", "555.123.4567", "+1-555-123-4567", "001-555-123-4567", "1-555-123-4567",
        "+1 (555) 123-4567", "(123)456-7890x89012", "123.456.7890x123", "+44 20 7946 0958", "+44(0)306 999 0123",
        "0117 496 0123", "(0151) 496 0456", "07700 900 123", "030 12 34 56 78", "0911/1482146", "0911 / 148214",
        "06 84 12 34 56", "01.23.45.67.89", "+33 (0)1 23 45 67 89", "(08) 9034 5678", "0412 345 678", "+61 2 9034 5678",
        "(16) 3922-4821", "+49301234567", "(+57) 310 555 01 23", "(+30)2105550123",
        "0044 20 7946 0958", "0049 30 901820", "663 84 97 81", "43 855 73 95", "51-36-42-41",
    ],
)  # fmt: skip
def test_it_finds_telephones_by_their_shape(written: str) -> None:
    assert spans(f"It is {written}, as before.") == [("phone", written)]


@pytest.mark.parametrize("written", ["5551234567", "555-1234", "412 75 681", "481 4371", "85 99 60"])
def test_it_finds_other_numbers_where_telephones_are_spoken_of(written: str) -> None:
    assert spans(f"please call {written} today") == [("phone", written)]
    assert kinds_in({"contact": {"tel": {"it": written}}}) == ["phone"]
    assert kinds(f"it is {written} today") == []


@pytest.mark.parametrize("before", ["stop sending messages to", "Nobody answers at", "they are not answering on"])
def test_it_finds_numbers_that_nobody_answers_and_that_get_messages(before: str) -> None:
    assert spans(f"{before} 432 66 315") == [("phone", "432 66 315")]


def test_the_extension_belongs_to_a_number_only_if_it_is_written_on_to_it() -> None:
    assert spans("Dial 555-123-4567 x89") == [("phone", "555-123-4567")]
    assert spans("Dial 555-123-4567x89") == [("phone", "555-123-4567x89")]
    assert spans("555-123-4567-Office,555-123-4568-Fax") == [("phone", "555-123-4567"), ("phone", "555-123-4568")]


@pytest.mark.parametrize("around", ["phone={}", "?customer_phone={}&x=1", "a=b&mobileNumber={}", "sms={}", "msisdn={}"])
def test_it_finds_telephones_that_are_parameters_of_a_query(around: str) -> None:
    assert spans(around.format("5551234567")) == [("phone", "5551234567")]


def test_it_tells_two_telephones_apart_that_follow_each_other() -> None:
    assert spans("one of these phones 052 5550123 074-5550145") == [("phone", "052 5550123"), ("phone", "074-5550145")]


@pytest.mark.parametrize(
    "text",
    [
        "the phone was 1.9785376 miles away", "call at 1710144942.123", "Contacts_Client 5.2.42619.0804",
        "support (c) 1986-2013", "arn:aws:ssm-contacts:us-east-2:111122223333:contact/x", "phone?id=5551234567",
        "fax=2026-01-31", "phone_id=12345678", "a-call-of-interest-2020-3-1029027937", "contact sync: 1234567 rows",
        "number: 12345678 bytes", "arn:aws:ssm-contacts:*:111122223333:contact/x",
        "reached 10000000 messages", "line 1234567 of it",
    ],
)  # fmt: skip
def test_h32_measures_versions_and_segments_of_names_are_no_telephones(text: str) -> None:
    assert kinds(text) == []


def test_h32_how_long_a_call_took_is_no_telephone() -> None:
    assert kinds_in({"calls": {"duration": 18677470, "phoneUsageDistance": 1.9785376}}) == []


@pytest.mark.parametrize(
    "text",
    [
        "Part number: 555-123-4567-A", "order 100-200-3000", "call at 12:30:45", "call on 2026-01-01 at 10",
        "call 10.20.30.40", "my driver's license number is 2270-66-1551",
        "Phone bought in 94105-1234", "112-3456789-1234567", "628 032 337.38", "call me in 2026",
    ],
)  # fmt: skip
def test_h32_other_numbers_are_no_telephones(text: str) -> None:
    assert "phone" not in kinds(text)


@pytest.mark.parametrize("text", ["SSN is 123-45-6789.", "a@b.co123-45-6789", "user/123-45-6789", "987-65-4321"])
def test_it_finds_social_security_numbers_with_hyphens_anywhere(text: str) -> None:
    assert "us_ssn" in kinds(text)


def test_it_finds_them_otherwise_written_where_they_are_spoken_of() -> None:
    assert spans("my SSN: 123 45 6789") == [("us_ssn", "123 45 6789")]
    assert spans("social security 123456789") == [("us_ssn", "123456789")]
    assert kinds_in({"ssns": {"first": 123456789}}) == ["us_ssn"]
    assert kinds("Suspicious token 123 45 6789") == []
    assert kinds("it is 123456789") == []
    assert kinds("employee order 123456789") == []


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000", "111-11-1111"])
def test_it_knows_numbers_that_are_never_issued(number: str) -> None:
    assert kinds(f"SSN {number}") == []


@pytest.mark.parametrize(
    "data",
    [
        {"beneficiaryAccountNumber": 987654321},
        {"customer": {"phone": "987654321"}},
        {"identity": "projects/987654321/pools"},
        {"employee": "batch-987654321"},
    ],
)
def test_h32_nine_digits_of_a_person_that_are_something_else_are_no_social_security_number(data: object) -> None:
    assert "us_ssn" not in kinds_in(data)


@pytest.mark.parametrize(
    "text", ["SSN 123-45-67890", "SSN 123-45-678", "123-45-6789-1", "1123-45-6789", "x-123-45-6789.5"]
)
def test_longer_and_shorter_numbers_are_no_social_security_numbers(text: str) -> None:
    assert "us_ssn" not in kinds(text)


@pytest.mark.parametrize(
    "address",
    [
        "user@example.com", "john.doe+tag@company.co.uk", "a@b.co", "O'Brien@example.ie", '"john doe"@example.com',
        "me@[192.0.2.1]", "me@xn--bcher-kva.xn--p1ai", "josé@exämple.de", "用户@例子.广告", "x_y-z@sub.domain.museum",
    ],
)  # fmt: skip
def test_it_finds_addresses(address: str) -> None:
    assert spans(f"to <{address}>, please") == [("email", address)]


def test_it_ends_an_address_where_other_text_is_glued_to_it() -> None:
    assert spans("请联系xiaoming@example.cn谢谢") == [("email", "xiaoming@example.cn")]
    assert spans("email=alice@example.com&x=1") == [("email", "alice@example.com")]
    assert spans("a@b.co,b@c.io;c@d.net.") == [("email", "a@b.co"), ("email", "b@c.io"), ("email", "c@d.net")]


@pytest.mark.parametrize(
    "text",
    [
        "@alone",
        "not-an-email@",
        "icon@2x.png",
        "git@github.com:a/b.git",
        "getty@tty1.service",
        "a@localhost",
        "clip_7@3675.stream.0.mp4",
        "org.acme:parser@3.9.2.Final",
        "deploy@git.example.com:shop/cart.git",
        "org-42@git.example.com/shop/cart.git",
        "@a/b@1.2.3",
    ],
)
def test_other_uses_of_the_sign_are_no_addresses(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "DOB: 1980-02-29",
        "born on March 15, 1989",
        "geboren am 15.03.1989",
        "née le 2/3/1970",
        "03/15/1989 is my birthday",
    ],
)
def test_it_finds_dates_of_birth_where_birth_is_spoken_of(text: str) -> None:
    assert kinds(text) == ["date_of_birth"]
    assert kinds_in({"birth": {"when": "1980-01-01"}}) == ["date_of_birth"]


def test_other_dates_are_nobodys() -> None:
    assert kinds("Released on 1989-03-15 and again on March 15, 1999") == []


def test_it_finds_papers_where_they_are_spoken_of() -> None:
    assert spans("Passport no. C01X00T47 is lost") == [("passport", "C01X00T47")]
    assert spans("routing number 021000021, account number 123456789") == [
        ("bank_account", "021000021"),
        ("bank_account", "123456789"),
    ]
    assert spans("sort code 12-34-56, 12345678") == [("bank_account", "12-34-56, 12345678")]
    assert kinds("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<") == ["passport"]
    assert kinds_in({"bank": {"it": "12345678"}, "passport": {"it": "C01X00T47"}}) == ["bank_account", "passport"]
    assert kinds("routing number 021000022") == []
    assert spans("routing number 0210-0002-1") == [("bank_account", "0210-0002-1")]
    assert kinds("C01X00T47 and 12345678") == []


def test_routing_is_of_a_bank_where_the_check_digit_says_so() -> None:
    assert kinds_in({"ach": {"routing": "021000021"}, "routing": {"policy": {"community": 3900190}}}) == [
        "bank_account"
    ]
    assert kinds_in({"routing": {"table": 123456789}}) == []


def test_a_field_whose_own_name_says_something_else_is_no_account() -> None:
    assert kinds_in({"bank": {"postal_code": "93405-2255"}}) == ["postal_code"]
