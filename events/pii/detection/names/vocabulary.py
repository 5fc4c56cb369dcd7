"""Names of fields that hold something personal, in small letters without separators.

ENDINGS count also as the last words of a longer name (`customer_email`, `homePhoneNumber`); WHOLE only by themselves,
because as an ending they say too little (`displayName`, `orderState`).
"""

from events.pii.detection.kinds import Kind

# A number may be spelled in these ways at the end of a name.
NUMBER = ("number", "no", "num", "nr", "nbr")

ENDINGS = {
    Kind.EMAIL: "email emailaddress emailaddr mail mailaddress emailid",
    Kind.PHONE: "phone phone# telephone telephone# tel tel# mobile mobile# mobilephone mobilephone# cell cell# "
    "cellphone cellphone# fax fax# phoneextension msisdn contact# handy telefon telefon# telefonnummer handynummer "
    "mobilnummer telefono landline whatsapp",
    Kind.CREDIT_CARD: "creditcard creditcard# cc# ccard ccard# card# debitcard debitcard# paymentcard paymentcard# "
    "primaryaccount# kreditkarte kreditkarten#",
    Kind.US_SSN: "ssn ssn# ssnumber social# socialsecurity socialsecurity# socialsec socsec socialinsurance#",
    Kind.IBAN: "iban iban#",
    Kind.IPV4: "ip ipaddress ipaddr ipv4 ipv4address ipv6address ipv6 clientip remoteip remoteaddr remoteaddress",
    Kind.MAC: "macaddress macaddr hwaddress",
    Kind.AWS_ACCESS_KEY: "awsaccesskeyid awsaccesskey accesskeyid",
    Kind.AWS_SECRET_KEY: "awssecretaccesskey awssecretkey secretaccesskey awssecret",
    Kind.PRIVATE_KEY: "privatekey privatekeypem",
    Kind.JWT: "jwt idtoken",
    Kind.API_TOKEN: "apikey apitoken accesstoken refreshtoken authtoken bearertoken sessiontoken authorization xapikey "
    "oauthtoken personalaccesstoken webhooksecret",
    Kind.CREDENTIAL: "password passwd pwd passphrase passcode secret clientsecret secretkey passwordhash userpassword "
    "credentials credential pincode# passwort kennwort motdepasse contrasena encryptionkey sharedsecret "
    "securityanswer sessionid sessioncookie connectionstring accountkey",
    Kind.DATE_OF_BIRTH: "dob dateofbirth birthdate birthday birthyear bday dateofbirthday geburtsdatum geburtstag "
    "datenaissance datedenaissance fechanacimiento fechadenacimiento datadinascita birthdt",
    Kind.PASSPORT: "passport passport# passportid reisepass reisepass# passportnummer",
    Kind.BANK_ACCOUNT: "bankaccount bankaccount# account# acct# accountnumber routing# bankrouting# aba# sortcode "
    "kontonummer bankacct bankacct# bankaccountid accountnr",
    Kind.PERSON_NAME: "firstname fname lastname lname surname fullname middlename givenname familyname maidenname "
    "personname customername patientname employeename contactname cardholder cardholdername nameoncard legalname "
    "vorname nachname familienname prenom nombre apellido apellidos mothersmaidenname accountholder accountholdername "
    "recipientname",
    Kind.USER_NAME: "username userlogin loginname screenname",
    Kind.ADDRESS: "streetaddress homeaddress mailingaddress postaladdress billingaddress shippingaddress "
    "deliveryaddress residentialaddress addressline street streetname pobox postofficebox strasse adresse direccion "
    "indirizzo housenumber addressline1 addressline2",
    Kind.POSTAL_CODE: "zipcode postalcode postcode plz codepostal postleitzahl zip4",
    Kind.GENDER: "gender genderidentity",
    Kind.NATIONALITY: "nationality citizenship staatsangehoerigkeit nationalite",
    Kind.NATIONAL_ID: "nationalid nationalid# nationalidentity# nationalidentification# idcard# identitycard# "
    "nationalinsurance# nino personalid personalid# personnummer aadhaar aadhaar# cpf curp dni nif codicefiscale "
    "medicare# medicalrecord# mrn healthinsurance# nhs# bsn pesel sozialversicherungsnummer idnumber",
    Kind.TAX_ID: "taxid taxid# taxpayerid taxidentification# tin tin# itin ein vat# vatid steuernummer steuerid",
    Kind.DRIVING_LICENCE: "driverlicense driverslicense driverlicence driverslicence drivinglicense drivinglicence "
    "driverlicense# driverslicense# drivinglicence# drivinglicense# dl# fuehrerschein driverlicenseid licenseplate "
    "licenseplate#",
    Kind.CARD_SECURITY: "cvv cvv2 cvc cvc2 cvvcode cardsecuritycode cardverificationvalue cardcode cardexpiry ccexp "
    "cardexpiration cardexpirationdate cardpin",
    Kind.SALARY: "salary basesalary annualsalary annualincome monthlyincome grossincome netincome compensation gehalt",
    Kind.SPECIAL_CATEGORY: "ethnicity ethnicorigin religion religiousbelief politicalopinion politicalparty "
    "sexualorientation healthcondition diagnosis disability bloodtype bloodgroup unionmembership criminalrecord "
    "geneticdata biometricdata fingerprintdata maritalstatus",
}

WHOLE = {
    Kind.PERSON_NAME: "name names first last",
    Kind.USER_NAME: "user userid login uid nickname handle",
    Kind.ADDRESS: "address addresses addr city state country town county province homecity homestate homecountry "
    "billingcity billingstate billingcountry shippingcity shippingstate shippingcountry mailingcity mailingstate "
    "addresscity addressstate addresscountry customeraddress useraddress employeeaddress patientaddress "
    "placeofbirth birthplace birthcity birthcountry customercity customerstate customercountry location_home po",
    Kind.POSTAL_CODE: "zip postal homezip billingzip shippingzip mailingzip addresszip",
    Kind.CREDENTIAL: "pass pin token otp mfacode pins secrets passwords",
    Kind.GENDER: "sex",
    Kind.MAC: "mac",
    Kind.SALARY: "income wage wages",
    Kind.SPECIAL_CATEGORY: "race",
    Kind.NATIONAL_ID: "pesel",
    Kind.TAX_ID: "nif",
    Kind.CARD_SECURITY: "securitycode expirydate_card",
}

# Endings that are whole words elsewhere and then say nothing: `nextToken`, `publicKeySecretName`.
_MEANS_NOTHING_WORDS = (
    "nonemail bouncemail voicemail sendmail ismobile isemail hasemail emailsent webmail hostip skip "
    "stripip emailcount phonecount passwordpolicy streetview wallstreet dnis"
)
MEANS_NOTHING = frozenset(_MEANS_NOTHING_WORDS.split())
# Written together with something before it, such as `useremail`.
TOGETHER = (
    "email",
    "emailaddress",
    "phonenumber",
    "password",
    "passwd",
    "creditcard",
    "cardnumber",
    "firstname",
    "lastname",
    "fullname",
    "birthdate",
    "dateofbirth",
    "ipaddress",
    "accesstoken",
    "apikey",
    "zipcode",
)


def _expanded(words: str) -> list[str]:
    spelled = []
    for word in words.split():
        if word.endswith("#"):
            spelled += [word[:-1] + number for number in NUMBER]
        else:
            spelled.append(word)
    return spelled


ENDING_KINDS = {word: kind for kind, words in ENDINGS.items() for word in _expanded(words)}
WHOLE_KINDS = {word: kind for kind, words in WHOLE.items() for word in _expanded(words)} | ENDING_KINDS
