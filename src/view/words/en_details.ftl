# The details a resident gives once, and what is said of them.

claim-in_borough = In the council’s area
claim-postcode_district = First part of your postcode
claim-over_16 = Aged 16 or over
claim-over_18 = Aged 18 or over
claim-over_65 = Aged 65 or over
not-given = You have not given this

details-title = Your details
details-lead = You give these once. A service gets only what it needs, after we have told you or asked you.
details-none = No service needs any more details about you.
details-link = Your details
details-add = Add
details-unneeded = No service needs this any more. You can delete it.
news-detail_given = We have kept what you gave
news-detail_taken_away = We have deleted it
details-told-detail_given = We are telling the services that had the old one. They get this one the next time you use them.
details-told-detail_taken_away = We are telling the services that had it. They no longer get it from us.
detail-birthdate = Date of birth
detail-address = Address
detail-phone_number = Phone number
detail-change-birthdate = date of birth
detail-change-address = address
detail-change-phone_number = phone number
detail-use = { $service } uses it to { $purpose }. It gets:
detail-optional = You do not have to give this.
detail-take-away = Delete it
detail-take-away-effect = We delete it at once, and what stood here before it. Services keep what they have already had, for as long as their privacy notices say.

locked-details = You have changed your details many times in one day, so we have stopped taking changes for now. We have kept what you gave last.
locked-details-until = You can change them again on { $on }.
locked-details-help = If something is wrong and cannot wait, tell the service that needs it, or use one of the other ways below.
locked-details-delete = You do not have to wait to delete something:

needs-birthdate = { $service } needs your date of birth
needs-address = { $service } needs your address
needs-phone_number = { $service } needs your phone number
asks-birthdate = { $service } asks for your date of birth
asks-address = { $service } asks for your address
asks-phone_number = { $service } asks for your phone number
needs-once = You give it once. It is kept in your account, where you can change it or delete it.
needs-optional = To go on without giving it, leave this empty.

birthdate-question = What is your date of birth?
birthdate-hint = For example, 31 3 1980
birthdate-day = Day
birthdate-month = Month
birthdate-year = Year
address-line1 = Address line 1
address-line2 = Address line 2 (optional)
address-town = Town or city
address-postcode = Postcode
address-other-way = I have no fixed address, or mine has no postcode
address-usual-way = My address has a postcode
address-words = Where do you live?
address-words-hint = Tell us where you stay, or how post reaches you. For example, a boat and its mooring, a hostel, a care home, or a home that is too new to have a postcode.
phone-hint = For example, 01632 960001 or 07700 900982. For a number abroad, begin with + and the country code.

wrong-birthdate-missing = Enter your date of birth
wrong-birthdate-incomplete = Date of birth must include a day, a month and a year
wrong-birthdate-unreal = Date of birth must be a real date, with all four numbers of the year
wrong-birthdate-implausible = Date of birth must be in the past, and you must be younger than 123
wrong-address-line-missing = Enter address line 1, usually the building and street
wrong-address-town-missing = Enter a town or city
wrong-postcode-missing = Enter a postcode
wrong-postcode-malformed = Enter a full UK postcode, like HV1 1AA
wrong-address-words-missing = Enter where you live
wrong-address-line1-too-long = Address line 1 must be 100 characters or less
wrong-address-line2-too-long = Address line 2 must be 100 characters or less
wrong-address-town-too-long = Town or city must be 100 characters or less
wrong-address-line1-unshowable = Address line 1 has a character that cannot be shown. Type it again
wrong-address-line2-unshowable = Address line 2 has a character that cannot be shown. Type it again
wrong-address-town-unshowable = Town or city has a character that cannot be shown. Type it again
wrong-address-words-too-long = Address must be shorter: up to 6 lines and 500 characters
wrong-address-unshowable = Address has a character that cannot be shown. Type it again
wrong-phone-missing = Enter a phone number
wrong-phone-malformed = Enter a phone number, like 01632 960001, 07700 900982 or +44 808 157 0192
wrong-age-band-missing = Select how old you are, to say yes
wrong-too-young = You are not old enough to agree to this yourself. Select no to continue

age-question = How old are you?
age-why = Answer this only to say yes: somebody who agrees must be old enough. We keep which of these you choose, and not your date of birth.
age-band-under_13 = Under 13
age-band-13_15 = 13, 14 or 15
age-band-16_17 = 16 or 17
age-band-adult = 18 or over
