# Y manylion y mae preswylydd yn eu rhoi unwaith, a’r hyn a ddywedir amdanynt.

claim-in_borough = Yn ardal y cyngor
claim-postcode_district = Rhan gyntaf eich cod post
claim-over_16 = 16 oed neu’n hŷn
claim-over_18 = 18 oed neu’n hŷn
claim-over_65 = 65 oed neu’n hŷn
not-given = Nid ydych wedi rhoi hyn

details-title = Eich manylion
details-lead = Rydych yn rhoi’r rhain unwaith. Dim ond yr hyn sydd ei angen y mae gwasanaeth yn ei gael, ar ôl i ni roi gwybod i chi neu ofyn i chi.
details-none = Nid oes angen rhagor o fanylion amdanoch ar unrhyw wasanaeth.
details-link = Eich manylion
details-add = Ychwanegu
details-unneeded = Nid oes angen hyn ar unrhyw wasanaeth mwyach. Gallwch ei ddileu.
news-detail_given = Rydym wedi cadw’r hyn a roesoch
news-detail_taken_away = Rydym wedi’i ddileu
details-told-detail_given = Rydym yn rhoi gwybod i’r gwasanaethau a gafodd yr hen un. Byddant yn cael hwn y tro nesaf y byddwch yn eu defnyddio.
details-told-detail_taken_away = Rydym yn rhoi gwybod i’r gwasanaethau a’i cafodd. Ni fyddant yn ei gael gennym mwyach.
detail-birthdate = Dyddiad geni
detail-address = Cyfeiriad
detail-phone_number = Rhif ffôn
detail-change-birthdate = dyddiad geni
detail-change-address = cyfeiriad
detail-change-phone_number = rhif ffôn
detail-use = Mae { $service } yn ei ddefnyddio er mwyn { $purpose }. Mae’n cael:
detail-optional = Nid oes rhaid i chi roi hyn.
detail-take-away = Ei ddileu
detail-take-away-effect = Rydym yn ei ddileu ar unwaith, a’r hyn a oedd yma o’i flaen. Mae gwasanaethau’n cadw’r hyn a gawsant eisoes, am gyhyd ag y mae eu hysbysiadau preifatrwydd yn ei ddweud.

locked-details = Rydych wedi newid eich manylion lawer gwaith mewn un diwrnod, felly nid ydym yn derbyn newidiadau am y tro. Rydym wedi cadw’r hyn a roddoch ddiwethaf.
locked-details-until = Gallwch eu newid eto ar { $on }.
locked-details-help = Os oes rhywbeth yn anghywir ac na all aros, rhowch wybod i’r gwasanaeth sydd ei angen, neu defnyddiwch un o’r ffyrdd eraill isod.
locked-details-delete = Nid oes rhaid i chi aros i ddileu rhywbeth:

needs-birthdate = Mae angen eich dyddiad geni ar { $service }
needs-address = Mae angen eich cyfeiriad ar { $service }
needs-phone_number = Mae angen eich rhif ffôn ar { $service }
asks-birthdate = Mae { $service } yn gofyn am eich dyddiad geni
asks-address = Mae { $service } yn gofyn am eich cyfeiriad
asks-phone_number = Mae { $service } yn gofyn am eich rhif ffôn
needs-once = Rydych yn ei roi unwaith. Caiff ei gadw yn eich cyfrif, lle gallwch ei newid neu ei ddileu.
needs-optional = I fynd ymlaen heb ei roi, gadewch hwn yn wag.

birthdate-question = Beth yw eich dyddiad geni?
birthdate-hint = Er enghraifft, 31 3 1980
birthdate-day = Diwrnod
birthdate-month = Mis
birthdate-year = Blwyddyn
address-line1 = Llinell gyntaf y cyfeiriad
address-line2 = Ail linell y cyfeiriad (dewisol)
address-town = Tref neu ddinas
address-postcode = Cod post
address-other-way = Nid oes gennyf gyfeiriad sefydlog, neu nid oes cod post iddo
address-usual-way = Mae cod post i’m cyfeiriad
address-words = Ble rydych yn byw?
address-words-hint = Dywedwch wrthym ble rydych yn aros, neu sut mae’r post yn eich cyrraedd. Er enghraifft, cwch a’i angorfa, hostel, cartref gofal, neu gartref sy’n rhy newydd i gael cod post.
phone-hint = Er enghraifft, 01632 960001 neu 07700 900982. Ar gyfer rhif dramor, dechreuwch gyda + a chod y wlad.

wrong-birthdate-missing = Rhowch eich dyddiad geni
wrong-birthdate-incomplete = Rhaid i’r dyddiad geni gynnwys diwrnod, mis a blwyddyn
wrong-birthdate-unreal = Rhaid i’r dyddiad geni fod yn ddyddiad go iawn, gyda phedwar rhif y flwyddyn
wrong-birthdate-implausible = Rhaid i’r dyddiad geni fod yn y gorffennol, a rhaid i chi fod yn iau na 123
wrong-address-line-missing = Rhowch linell gyntaf y cyfeiriad, sef yr adeilad a’r stryd fel arfer
wrong-address-town-missing = Rhowch dref neu ddinas
wrong-postcode-missing = Rhowch god post
wrong-postcode-malformed = Rhowch god post llawn y DU, fel HV1 1AA
wrong-address-words-missing = Rhowch ble rydych yn byw
wrong-address-line1-too-long = Rhaid i linell gyntaf y cyfeiriad fod yn 100 nod neu lai
wrong-address-line2-too-long = Rhaid i ail linell y cyfeiriad fod yn 100 nod neu lai
wrong-address-town-too-long = Rhaid i’r dref neu’r ddinas fod yn 100 nod neu lai
wrong-address-line1-unshowable = Mae nod yn llinell gyntaf y cyfeiriad na ellir ei ddangos. Teipiwch hi eto
wrong-address-line2-unshowable = Mae nod yn ail linell y cyfeiriad na ellir ei ddangos. Teipiwch hi eto
wrong-address-town-unshowable = Mae nod yn y dref neu’r ddinas na ellir ei ddangos. Teipiwch hi eto
wrong-address-words-too-long = Rhaid i’r cyfeiriad fod yn fyrrach: hyd at 6 llinell a 500 nod
wrong-address-unshowable = Mae nod yn y cyfeiriad na ellir ei ddangos. Teipiwch ef eto
wrong-phone-missing = Rhowch rif ffôn
wrong-phone-malformed = Rhowch rif ffôn, fel 01632 960001, 07700 900982 neu +44 808 157 0192
wrong-age-band-missing = Dewiswch faint yw eich oed er mwyn cytuno
wrong-too-young = Nid ydych yn ddigon hen i gytuno i hyn eich hun. Dewiswch na i barhau

age-question = Faint yw eich oed?
age-why = Atebwch hyn dim ond i gytuno: rhaid i rywun sy’n cytuno fod yn ddigon hen. Rydym yn cadw pa un o’r rhain a ddewiswch, ac nid eich dyddiad geni.
age-band-under_13 = Dan 13
age-band-13_15 = 13, 14 neu 15
age-band-16_17 = 16 neu 17
age-band-adult = 18 neu’n hŷn
