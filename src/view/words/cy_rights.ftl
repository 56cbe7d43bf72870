### A person's rights, in Welsh. `en_rights.ftl` has the same messages.

inform-restricted = Rydym yn cadw eich manylion heb eu defnyddio, oherwydd i chi neu’r gyfraith ofyn i ni wneud hynny. Nid yw { $service } yn cael dim gennym ni heblaw eich bod wedi mewngofnodi.
inform-restricted-so = Gallwch barhau. Efallai y bydd { $service } yn gofyn i chi am eich manylion ei hun.
account-restricted = Ers { $date } rydym yn cadw eich manylion heb eu defnyddio. Nid yw gwasanaethau’n cael dim gennym ni heblaw eich bod wedi mewngofnodi. I newid hyn, cysylltwch â ni.

restriction-link = Atal neu ganiatáu defnyddio manylion y person hwn
restriction-title = Atal defnyddio manylion
restriction-lead = Tra bo hyn ymlaen, nid oes unrhyw wasanaeth yn cael dim am y person hwn. Rydym yn cadw’r hyn sydd gennym, a gall y person fewngofnodi i’r cyfrif. Rydym yn ysgrifennu at y person, ac yn dweud wrth wasanaethau.
restriction-now = Nawr
restriction-on = Wedi’u cadw, heb eu defnyddio
restriction-off = Yn cael eu defnyddio fel arfer
restriction-since = Ers
restriction-ends = Gall ddod i ben o
restriction-not-told = Nid yw’r person wedi cael gwybod y bydd yn dod i ben
restriction-question = Beth ydych chi am ei wneud?
restriction-restrict = Atal defnyddio’r manylion
restriction-restrict-hint = Er enghraifft tra byddwn yn gwirio a ydynt yn gywir, neu a oes cyfiawnhad dros wrthwynebiad
restriction-announce = Dweud wrth y person y bydd yn dod i ben
restriction-announce-hint = Mae’r gyfraith yn dweud bod yn rhaid i’r person wybod cyn iddo ddod i ben. Gall ddod i ben 7 diwrnod yn ddiweddarach.
restriction-lift = Caniatáu defnyddio’r manylion eto
restriction-lift-hint = Cafodd y person wybod, ac mae’r diwrnod wedi cyrraedd
restriction-lift_as_asked = Caniatáu defnyddio’r manylion eto, oherwydd bod y person yn gofyn am hynny
restriction-lift_as_asked-hint = Daw i ben ar unwaith
restriction-do = Cadw
restriction-written = Wedi’i gadw. Rydym yn ysgrifennu at y person.
restriction-unwritten = Wedi’i gadw. Nid oes cyfeiriad e-bost, neu nid oes post yn mynd at y person hwn: rhowch wybod drwy’r post.
wrong-restriction = Dewiswch beth rydych am ei wneud
wrong-restriction-now = Newidiwyd hyn yn y cyfamser. Edrychwch eto ar yr hyn y gellir ei wneud.

letter-restriction-restrict-subject = Rydym wedi rhoi’r gorau i ddefnyddio eich manylion
letter-restriction-restrict-body =
    O { $date } rydym yn cadw’r manylion yn eich { $account } heb eu defnyddio. Nid oes unrhyw wasanaeth yn cael dim gennym ni heblaw eich bod wedi mewngofnodi. Rydym wedi dweud wrth y gwasanaethau a gafodd eich manylion.

    Gallwch fewngofnodi i’ch cyfrif o hyd. Byddwn yn ysgrifennu atoch cyn i hyn ddod i ben.

    { $complain }
letter-restriction-announce-subject = Byddwn yn dechrau defnyddio eich manylion eto
letter-restriction-announce-body =
    Cawsoch wybod ein bod yn cadw’r manylion yn eich { $account } heb eu defnyddio.

    Gall hyn ddod i ben o { $date }. Ar ôl hynny, bydd gwasanaethau’n cael eich manylion eto fel o’r blaen. Os nad ydych yn cytuno, dywedwch wrthym cyn y diwrnod hwnnw: ffôn { $phone }.

    { $complain }
letter-restriction-lift-subject = Rydym yn defnyddio eich manylion eto
letter-restriction-lift-body =
    O { $date } mae gwasanaethau’n cael manylion o’ch { $account } eto, fel o’r blaen. Gwnaethom ddweud wrthych ymlaen llaw y byddai hyn yn digwydd.

    Gallwch weld beth mae pob gwasanaeth yn ei gael, a’i atal, ar y dudalen “Beth mae gwasanaethau’n ei gael”.

    { $complain }
letter-restriction-lift_as_asked-subject = Rydym yn defnyddio eich manylion eto, fel y gofynnoch
letter-restriction-lift_as_asked-body =
    O { $date } mae gwasanaethau’n cael manylion o’ch { $account } eto, fel o’r blaen. Gwnaethoch ofyn i ni am hyn. Os na wnaethoch, dywedwch wrthym ar unwaith: ffôn { $phone }.

    { $complain }

rights-link = Defnyddio eich hawliau diogelu data
rights-title = Eich hawliau diogelu data
rights-lead = Gallwch ofyn am gopi o’r hyn sydd gennym amdanoch, gofyn am ei gywiro neu ei ddileu, neu gwyno am sut rydym yn ei ddefnyddio. Mae am ddim. Dywedwch wrthym yn eich geiriau eich hun.
rights-yours = Yr hyn rydych wedi gofyn amdano
rights-ask = Gofyn am rywbeth
rights-objection = Os nad ydych am i wasanaeth ddefnyddio eich manylion, gwrthwynebwch ar y dudalen am yr hyn mae gwasanaethau’n ei gael. Mae’n dod i ben ar unwaith tra byddwn yn penderfynu.
rights-what = Beth ydych chi am ofyn amdano?
rights-words = Dywedwch fwy wrthym
rights-words-hint = Er enghraifft pa fanylion sy’n anghywir, a beth sy’n gywir. Gallwch adael hwn yn wag os ydych am gael copi o bopeth.
rights-send = Anfon
rights-important = Pwysig
rights-too-many = Rydych wedi anfon llawer heddiw. Anfonwch hwn yfory, neu cysylltwch â ni.
rights-kind-access = Copi o’r hyn sydd gennych
rights-kind-access-hint = Popeth amdanoch sydd gennym gyda’r cyfrif hwn
rights-kind-rectification = Cywiro rhywbeth
rights-kind-rectification-hint = Mae rhywbeth sydd gennym yn anghywir neu’n anghyflawn
rights-kind-restriction = Cadw manylion, heb eu defnyddio
rights-kind-restriction-hint = Er enghraifft tra bod rhywbeth yn cael ei gywiro
rights-kind-erasure = Dileu manylion
rights-kind-erasure-hint = Rydym yn dileu’r hyn nad yw’r gyfraith yn ein gorfodi i’w gadw, ac yn dweud wrthych beth sy’n aros a pham
rights-kind-portability = Manylion i’w defnyddio yn rhywle arall
rights-kind-portability-hint = Mewn ffeil y gall rhaglenni ei darllen
rights-kind-objection = Atal defnydd o fanylion
rights-kind-objection-hint = Er enghraifft i beidio â chael llythyrau nad ydynt am eich achos eich hun. Rydym yn stopio, neu’n dweud wrthych pam mae’r gyfraith yn gadael i ni barhau.
rights-kind-objection-desk = Os yw am yr hyn mae gwasanaeth yn ei gael o gyfrif, nodwch ef gyda’r dewisiadau am rannu: mae’n dod i ben yno ar unwaith
rights-kind-complaint = Cwyno am sut rydym yn defnyddio data
rights-kind-complaint-hint = Rydym yn dweud wrthych o fewn 30 diwrnod fod eich cwyn gennym, ac yna sut mae’n mynd
rights-reference = Cyfeirnod
rights-received = Derbyniwyd
rights-now = Nawr
rights-due = Byddwn yn ateb erbyn
rights-due-complaint = Byddwn yn cadarnhau ei bod gennym erbyn
rights-state-open = Rydym yn gweithio arno
rights-state-late = Rydym yn hwyr. Gallwch gwyno am hyn.
rights-state-identity = Rydym yn aros i chi ddangos pwy ydych chi. Mae ein hamser i ateb yn dechrau bryd hynny.
rights-state-clarification = Rydym yn aros am eich ateb i gwestiwn. Nid yw’r diwrnodau hyn yn cyfrif tuag at ein hamser i ateb.
rights-state-done = Wedi’i gau: wedi’i wneud
rights-state-refused = Wedi’i gau: ni wnaethom hyn, neu ddim y cyfan
rights-sent = Rydym wedi derbyn hwn
rights-said = Yr hyn a ddywedoch wrthym
rights-steps = Beth ddigwyddodd
rights-step-received = Derbyniwyd
rights-step-identity_asked = Gofynnwyd am gael gweld pwy sy’n gofyn
rights-step-identity_proven = Rydym yn gwybod pwy sy’n gofyn
rights-step-clarification_asked = Gofynnwyd cwestiwn
rights-step-clarified = Atebwyd y cwestiwn
rights-step-extended = Mae angen hyd at 2 fis arall arnom
rights-step-acknowledged = Cadarnhawyd bod y gŵyn gennym
rights-step-progress = Dywedwyd sut mae’n mynd
rights-step-done = Wedi’i wneud
rights-step-refused = Heb ei wneud, neu ddim y cyfan
rights-complain = Os nad ydych yn hapus â hyn
rights-complain-us = Gallwch gwyno wrthym: { $name }, e-bost { $email }, ffôn { $phone }.
rights-court = Mae gennych hawl hefyd i ofyn i lys benderfynu.
wrong-rights-kind = Dewiswch beth rydych am ofyn amdano
wrong-rights-words = Dywedwch wrthym am beth mae hyn
wrong-rights-long = Defnyddiwch 4,000 nod neu lai

ask-lead = Gallwch ofyn am gopi o’r hyn sydd gennym amdanoch, gofyn am ei gywiro neu ei ddileu, neu ofyn i ni beidio â’i ddefnyddio. Mae am ddim. Nid oes angen cyfrif arnoch. Rydym yn ateb o fewn mis. Dywedwch wrthym yn eich geiriau eich hun.
ask-account = Os oes gennych gyfrif
ask-account-lead = Mewngofnodwch a gofynnwch yno. Byddwn yn gwybod wedyn mai chi sydd yno, a gallwch weld sut mae’n mynd.
ask-account-link = Gofyn yn eich cyfrif
ask-without = Gofyn heb fewngofnodi
ask-identity = Os nad ydym yn siŵr mai chi sydd yno, byddwn yn gofyn i chi ddangos pwy ydych chi. Nes i chi wneud hynny, ni fyddwn yn rhoi, yn newid nac yn dileu dim, ac ni fydd ein hamser i ateb yn dechrau.
ask-complaint = I gwyno am sut rydym yn defnyddio data, mae ffurflen ar gyfer hynny:
ask-notice = Rydym yn defnyddio’r hyn rydych yn ei roi i’ch ateb, ac yn ei gadw am 6 blynedd wedi hynny.
ask-access-hint = Popeth amdanoch sydd gennym, neu ran rydych yn ei henwi
ask-words-hint = Er enghraifft pa fanylion sy’n anghywir a beth sy’n gywir, neu am ba wasanaeth mae hyn. Os ydych yn gofyn ar ran rhywun arall, er enghraifft eich plentyn, dywedwch pwy ydyw a pham rydych yn gofyn ar ei ran. Gallwch adael hwn yn wag os ydych am gael copi o bopeth.
ask-too-many = Rydym wedi derbyn gormod o geisiadau o’ch rhwydwaith. Rhowch gynnig arall arni mewn awr, neu cysylltwch â ni mewn ffordd arall.
ask-received = Rydym wedi derbyn eich cais
ask-received-what = Gofynnoch i ni am hyn: { $kind }.
ask-received-next = Mae rhywun yn edrych ar eich cais. Os oes gennym gwestiwn, neu os oes angen i ni wybod mai chi sydd yno, byddwn yn gofyn i chi’n fuan.

data-complaint-link = Cwyno am sut rydym yn defnyddio eich data
data-complaint-title = Cwyno am sut rydym yn defnyddio data
data-complaint-lead = Gall unrhyw un gwyno wrthym am sut rydym yn defnyddio data personol. Nid oes angen cyfrif arnoch. Rydym yn cadarnhau o fewn 30 diwrnod fod eich cwyn gennym, ac yna’n dweud wrthych sut mae’n mynd a beth a benderfynwyd.
data-complaint-other = Gallwch hefyd gysylltu â: { $name }, e-bost { $email }, ffôn { $phone }, neu ysgrifennu at { $post }.
data-complaint-notice = Rydym yn defnyddio’r hyn rydych yn ei roi i ateb eich cwyn, ac yn ei gadw am 6 blynedd wedi hynny.
data-complaint-ask = Os ydych am gael copi o’ch data, neu am iddo gael ei gywiro, ei ddileu neu beidio â chael ei ddefnyddio, mae ffurflen arall:
data-complaint-email = Cyfeiriad e-bost (os oes gennych un)
data-complaint-email-hint = Rydym yn anfon derbynneb atoch, a’n hateb
data-complaint-address = Cyfeiriad post (os nad oes gennych gyfeiriad e-bost)
data-complaint-address-hint = Er mwyn i ni allu ysgrifennu atoch
data-complaint-words = Am beth rydych chi’n cwyno?
data-complaint-words-hint = Dywedwch wrthym beth ddigwyddodd, pryd, a beth rydych am i ni ei wneud
data-complaint-too-many = Rydym wedi derbyn gormod o gwynion o’ch rhwydwaith. Rhowch gynnig arall arni mewn awr, neu cysylltwch â ni mewn ffordd arall.
data-complaint-received = Rydym wedi derbyn eich cwyn
data-complaint-next = Mae rhywun yn edrych ar eich cwyn. Erbyn { $due } byddwn yn cadarnhau i chi ei bod gennym.
data-complaint-keep = Ysgrifennwch y cyfeirnod, neu argraffwch y dudalen hon. Os rhoesoch gyfeiriad e-bost, rydym hefyd wedi anfon hwn atoch drwy e-bost. Os rhoesoch gyfeiriad post yn unig, byddwn yn ei anfon atoch drwy’r post.
wrong-complaint-reach = Rhowch gyfeiriad e-bost neu gyfeiriad post, er mwyn i ni allu ateb
wrong-complaint-address = Rhaid i’r cyfeiriad post fod yn 500 nod neu lai

letter-rights-received-subject = Rydym wedi derbyn eich { $of ->
        [complaint] cwyn
       *[request] cais
    }: { $reference }
letter-rights-received-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }. Eich cyfeirnod yw { $reference }.

    { $of ->
        [complaint] Byddwn yn cadarnhau i chi erbyn { $due } fod eich cwyn gennym, ac yna’n dweud wrthych sut mae’n mynd a beth a benderfynwyd.
       *[request] Byddwn yn eich ateb erbyn { $due }. Os oes gennym gwestiwn, neu os oes angen i ni wybod mai chi sydd yno, byddwn yn gofyn i chi’n fuan.
    }

    { $complain }
letter-rights-identity_asked-subject = Dangoswch i ni mai chi sydd yno: { $reference }
letter-rights-identity_asked-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }.

    Cyn i ni ateb, mae angen i ni wybod mai chi sydd yno. Mae ein hamser i ateb yn dechrau pan fyddwch wedi dangos hynny i ni:

    { $words }

    { $complain }
letter-rights-clarification_asked-subject = Cwestiwn am eich { $of ->
        [complaint] cwyn
       *[request] cais
    }: { $reference }
letter-rights-clarification_asked-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }. Mae gennym gwestiwn:

    { $words }

    Os gwnaethoch ofyn am gopi o’r hyn sydd gennym, nid yw’r diwrnodau nes i chi ateb yn cyfrif tuag at ein hamser i ateb.

    { $complain }
letter-rights-extended-subject = Mae angen mwy o amser arnom i’ch ateb: { $reference }
letter-rights-extended-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }.

    Mae’r gyfraith yn gadael i ni gymryd hyd at 2 fis arall. Byddwn yn eich ateb erbyn { $due }. Dyma ein rhesymau:

    { $words }

    { $complain }
letter-rights-acknowledged-subject = Mae eich cwyn gennym: { $reference }
letter-rights-acknowledged-body =
    Rydym yn cadarnhau bod eich cwyn o { $date } gennym. Rydym yn ymchwilio iddi, a byddwn yn dweud wrthych sut mae’n mynd a beth a benderfynwyd.

    { $complain }
letter-rights-progress-subject = Sut mae eich cwyn yn mynd: { $reference }
letter-rights-progress-body =
    Ar { $date } gwnaethoch gwyno wrthym. Dyma sut mae’n mynd:

    { $words }

    { $complain }
letter-rights-done-subject = Ein hateb: { $reference }
letter-rights-done-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }. Dyma ein hateb:

    { $words }

    { $complain }
letter-rights-refused-subject = Ein hateb: { $reference }
letter-rights-refused-body =
    Ar { $date } derbyniwyd hwn gennych: { $kind }. Nid ydym yn gwneud hyn, neu ddim y cyfan. Dyma ein rhesymau:

    { $words }

    { $complain }

rights-desk-title = Hawliau a chwynion
rights-desk-lead = Ceisiadau am hawliau diogelu data, a chwynion, sy’n aros am ateb. Nid yw’r rhestr yn enwi neb.
rights-desk-none = Nid oes cais na chwyn yn aros.
rights-desk-red = Hwyr
rights-desk-amber = Tair wythnos oed neu fwy
rights-desk-green = Mewn pryd
rights-what-desk = Yr hyn y gofynnir amdano
rights-channel = Sut y daeth i mewn
rights-channel-web = Ar-lein
rights-channel-phone = Dros y ffôn
rights-channel-desk = Wyneb yn wyneb
rights-channel-post = Drwy’r post
rights-desk-due = Ateb erbyn
rights-desk-no-day = Dim diwrnod eto
rights-desk-left =
    { $days ->
        [0] Heddiw yw’r diwrnod olaf
        [one] 1 diwrnod ar ôl
        [two] 2 ddiwrnod ar ôl
       *[other] { $days } diwrnod ar ôl
    }
rights-desk-identity = Yn aros am brawf o bwy ydyw
rights-desk-clarification = Mae’r cloc wedi stopio: yn aros am ateb i’n cwestiwn
rights-desk-closed = Wedi’i gau
rights-desk-silent = Ni ddywedwyd dim wrth y person ers 30 diwrnod
rights-desk-told = Wedi’i gadarnhau
rights-desk-one = Cais neu gŵyn
rights-desk-read = Ei ddarllen a’i ateb
rights-desk-read-lead = Dywedwch pam. Gall y person weld pwy ddarllenodd yr hyn a ysgrifennodd, a pham. Rhif yr achos yw’r cyfeirnod.
rights-desk-open = Ei ddarllen
rights-desk-said = Yr hyn a ddywedodd y person
rights-desk-silence = Ni ysgrifennodd y person ddim mwy.
rights-desk-unknown = Gall unrhyw un fod wedi llenwi’r ffurflen hon. Os ydych yn amau pwy sy’n gofyn, gofynnwch i’r person ddangos pwy ydyw. Nes bod cofnod ein bod yn gwybod pwy sy’n gofyn, peidiwch â rhoi, newid na dileu dim, a pheidiwch â dweud a oes gennym rywbeth nac a oes cyfrif.
rights-desk-elsewhere = Os yw hyn am gyfrif, dewch o hyd i’r person, a nodwch y cais yno gyda’r diwrnod y daeth i mewn. Yna caewch yr achos hwn, a dywedwch o dan ba gyfeirnod mae’n parhau.
rights-desk-find = Dod o hyd i’r person
rights-desk-by-post = Ni roddodd y person hwn gyfeiriad e-bost: anfonwch y dderbynneb ato drwy’r post, a phopeth a ddywedir wrtho.
rights-desk-address = Cyfeiriad post
rights-desk-written = Wedi’i gadw. Rydym yn ysgrifennu at y person.
rights-desk-unwritten = Wedi’i gadw. Nid oes cyfeiriad e-bost, neu nid oes post yn mynd at y person hwn: rhowch wybod drwy’r post.
rights-desk-noted = Wedi’i gadw.
rights-take = Beth sy’n digwydd nesaf?
rights-take-words = Yr hyn a ddywedir wrth y person
rights-take-words-hint = Mewn geiriau plaen: yr hyn rydych yn gofyn amdano, pam mae’n cymryd mwy o amser, sut mae’n mynd, neu beth a benderfynwyd a pham. Mae’r person yn darllen hwn.
rights-take-identity_asked = Gofyn i’r person ddangos pwy ydyw
rights-take-identity_asked-hint = Dim ond os oes gennych amheuon, ac am ddim mwy nag y mae’r cyfrif ei hun yn ei ofyn. Mae’r mis yn dechrau wedi hynny.
rights-take-identity_proven = Mae’r person wedi dangos pwy ydyw
rights-take-identity_proven-hint = Mae’r mis yn dechrau heddiw
rights-take-identity_known = Rydym yn gwybod pwy sy’n gofyn
rights-take-identity_known-hint = Nid oes amheuaeth resymol, felly nid oes rhaid i neb ddangos dim. Mae’r mis yn mynd ymlaen o’r diwrnod y daeth i mewn.
rights-take-clarification_asked = Gofyn i’r person beth mae’n ei olygu
rights-take-clarification_asked-hint = Ar gyfer copi o ddata, mae’r cloc yn stopio nes cael ateb
rights-take-clarified = Mae’r person wedi ateb
rights-take-clarified-hint = Mae’r cloc yn mynd ymlaen
rights-take-extended = Cymryd 2 fis arall
rights-take-extended-hint = Dim ond os yw’n gymhleth, neu os oes sawl un. Rhowch y rhesymau. Rhaid dweud hyn o fewn y mis cyntaf.
rights-take-acknowledged = Cadarnhau bod y gŵyn gennym
rights-take-acknowledged-hint = O fewn 30 diwrnod i’r diwrnod y daeth i mewn
rights-take-progress = Dweud sut mae’n mynd
rights-take-progress-hint = Fel nad oes neb yn aros heb air
rights-take-done = Ei gau: wedi’i wneud
rights-take-done-hint = Dywedwch beth a wnaed
rights-take-refused = Ei gau: heb ei wneud, neu ddim y cyfan
rights-take-refused-hint = Dywedwch pam mewn geiriau plaen. Mae’r llythyr yn dweud ble y gall y person gwyno.
rights-desk-link = Nodi cais am hawl, neu gŵyn
rights-new-title = Nodi cais neu gŵyn
rights-new-lead = Ar gyfer person sydd heb gyfrif, neu sy’n gofyn hebddo. Nid oes angen ffurflen na geiriau arbennig. Ar gyfer person â chyfrif, dewch o hyd i’r person yn gyntaf.
rights-new-lead-account = Rydym yn ysgrifennu at y person, ac mae hwn i’w weld yn ei gyfrif.
rights-language = Yr iaith i ysgrifennu at y person ynddi
rights-received-on = Y diwrnod y daeth i mewn
rights-received-hint = Gadewch hwn yn wag ar gyfer heddiw. Daeth llythyr i mewn ar y diwrnod y cyrhaeddodd y cyngor.
rights-reach-hint = Cyfeiriad e-bost neu gyfeiriad post, er mwyn i ni allu ateb
rights-desk-words = Yr hyn a ddywedir
rights-desk-words-hint = Yn eu geiriau eu hunain, neu ble mae’r llythyr
rights-desk-write = Ei nodi
rights-receipt = Derbynneb am gais neu gŵyn
rights-receipt-written = Wedi’i nodi. Byddwn yn anfon e-bost at y person. Gallwch hefyd argraffu’r dudalen hon ar ei gyfer.
rights-receipt-unwritten = Wedi’i nodi. Nid oes cyfeiriad e-bost: argraffwch y dudalen hon ar gyfer y person.
wrong-rights-kind-desk = Dewiswch yr hyn y gofynnir amdano
wrong-rights-channel = Dewiswch sut y daeth i mewn
wrong-rights-received = Rhowch ddiwrnod nad yw yn y dyfodol
wrong-rights-name = Rhowch enw llawn y person
wrong-rights-reach = Rhowch gyfeiriad e-bost neu gyfeiriad post
wrong-rights-words-desk = Rhowch yr hyn a ddywedir
wrong-rights-step = Dewiswch beth sy’n digwydd nesaf
wrong-rights-told = Rhowch yr hyn a ddywedir wrth y person, mewn 2,000 nod neu lai

download-link = Lawrlwytho’r hyn mae eich cyfrif yn ei ddangos
download-title = Lawrlwytho’r hyn mae eich cyfrif yn ei ddangos
download-lead = Gallwch gael popeth mae tudalennau eich cyfrif yn ei ddangos mewn un ffeil: i’w darllen, ac ar gyfer rhaglenni a thaenlenni. Mae’n cymryd eiliad i’w gwneud.
download-make = Gwneud fy ffeil
download-making = Mae eich ffeil yn cael ei gwneud. Byddwn yn anfon e-bost atoch pan fydd yn barod. Gallwch hefyd agor y dudalen hon eto mewn eiliad.
download-ready = Mae eich ffeil yn barod tan { $date } am { $time }.
download-once = Gallwch ei lawrlwytho unwaith. Rhowch eich cyfrinair, fel na all neb arall ei chael. Cadwch y ffeil yn ddiogel: mae’n cynnwys eich manylion.
download-fetch = Lawrlwytho fy ffeil
download-fetched = Rydych wedi lawrlwytho eich ffeil. Gallwch gael un arall.
download-more = Os ydych am gael copi o bopeth sydd gennym amdanoch, y tu allan i’r cyfrif hwn hefyd, gofynnwch i ni amdano:
download-sheet = Yr hyn mae eich cyfrif gyda { $council } yn ei ddangos
download-sheet-made = Gwnaed ar { $date } am { $time }.
download-nothing = Nid oes dim yma.
download-part-account = Eich cyfrif
download-part-sharing = Beth mae gwasanaethau’n ei gael
download-part-history = Yr hyn a ddywedwyd wrthych a’r hyn a ddewiswyd
download-part-received = Yr hyn a gafodd gwasanaethau
download-part-seen = Pwy sydd wedi gweld eich data
download-part-sessions = Ble rydych wedi mewngofnodi
download-part-requests = Yr hyn y gofynnoch amdano fel hawl, neu y cwynoch amdano
download-col-what = Beth
download-col-value = Gwerth
download-col-service = Gwasanaeth
download-col-purpose = At ba ddiben
download-col-basis = Sail gyfreithlon
download-col-details = Manylion
download-col-state = Cyflwr
download-col-since = Ers
download-col-until = Tan
download-col-when = Pryd
download-col-notice = Hysbysiad
download-col-way = Sut
download-col-record = Cofnod
download-col-refused = Gwrthodwyd
download-col-reason = Pam
download-col-case = Achos
download-col-event = Cofnod yn y gofrestr
download-col-device = Dyfais
download-col-last = Defnyddiwyd ddiwethaf
download-col-own_device = Dyfais eich hun
download-col-reference = Cyfeirnod
download-col-kind = Yr hyn y gofynnwyd amdano
download-col-words = Geiriau
download-own-account = Rhif eich cyfrif
download-own-created_at = Crëwyd y cyfrif
download-own-state = Cyflwr eich cyfrif
download-own-name = { claim-name }
download-own-email = { claim-email }
download-own-second_step = Ail gam
download-own-restricted_since = Wedi’u cadw heb eu defnyddio ers
download-own-birthdate = { detail-birthdate }
download-own-address = { detail-address }
download-own-phone_number = { detail-phone_number }
letter-download-subject = Mae eich ffeil yn barod
letter-download-body =
    Mae’r ffeil gyda’r hyn mae eich { $account } yn ei ddangos yn barod. Gallwch ei lawrlwytho unwaith, tan { $until-date } am { $until }. Bydd angen eich cyfrinair arnoch:

    { $url }

    Os na wnaethoch ofyn am hyn, dewiswch gyfrinair newydd ar y dudalen mewngofnodi, a chysylltwch â ni.

figures-link = Sut yr atebwyd ceisiadau a chwynion, mewn rhifau
figures-title = Ceisiadau a chwynion mewn rhifau
figures-lead = Wedi’u cyfrif yn ôl y diwrnod y daethant i law. Rhifau yn unig: ni chaiff neb ei enwi. Nid yw achosion a ddinistriwyd o dan yr amserlen gadw yn cael eu cyfrif mwyach.
figures-from = Daeth i law o
figures-to = Daeth i law hyd at
figures-show = Dangos y dyddiau hyn
figures-none = Ni ddaeth dim i law ar y dyddiau hyn.
figures-requests = Ceisiadau
figures-complaints = Cwynion am sut y caiff data ei drin
figures-received = Daeth i law
figures-open = Ar agor
figures-done = Wedi’i wneud
figures-refused = Wedi’i wrthod
figures-extended = Wedi’i ymestyn
figures-in-time = Mewn pryd
figures-acknowledged = Wedi’i gadarnhau mewn pryd
figures-late = Hwyr
figures-median = Cymerodd hanner ar y mwyaf (dyddiau)
figures-p95 = Cymerodd 95 o bob 100 ar y mwyaf (dyddiau)
figures-ack-median = Cadarnhawyd hanner o fewn (dyddiau)
figures-ack-p95 = Cadarnhawyd 95 o bob 100 o fewn (dyddiau)
figures-how = Mae “hwyr” yn cyfrif y rhai sy’n dal ar agor ar ôl eu diwrnod olaf hefyd. Nid yw dyddiau pan oeddem yn aros am y person yn cyfrif ar gyfer cais. Mae cwyn mewn pryd os cafodd ei chadarnhau o fewn 30 diwrnod.
figures-sheet = Lawrlwytho hyn fel taenlen (CSV)
wrong-days = Rhowch ddau ddiwrnod, y cyntaf cyn yr ail
wrong-many-cases = Mae gormod i’w cyfrif ar unwaith: rhowch lai o ddyddiau

erasing-title = Dileu’r cyfrif hwn
erasing-lead = Mae’r cyfrif, ei ffyrdd o fewngofnodi a’r hyn y mae’n ei ddal am y person yn mynd ar unwaith, a dywedir wrth wasanaethau a gafodd rywbeth am ei ddileu. Ni ellir dadwneud hyn. Caiff yr achos ei gau, a dywedir wrth y person yn y geiriau isod.
erasing-services = Gwasanaethau y dywedir wrthynt
erasing-kept = Yr hyn a gedwir: dim cyfrinair, ac enw neu gyfeiriad dim ond lle’r ysgrifennodd y person ef
erasing-kept-what = Beth
erasing-kept-until = Tan y diwrnod hwn fan bellaf
erasing-kept-sharing_record = Yr hyn a roddwyd i wasanaethau a pham, heb yr hyn a ddywedai
erasing-kept-signal = Pa wasanaethau a hysbyswyd am y dileu, a’r hyn a atebasant
erasing-kept-access_question = Cwestiynau am bwy a welodd ddata’r person, a’r atebion
erasing-kept-enquiry_person = Bod aelod o staff wedi edrych ar y cofnod, a pham
erasing-kept-rights_case = Yr hyn y gofynnwyd amdano fel hawl, a’r atebion
erasing-kept-log = Cofnod wedi’i rifo bod rhywbeth wedi’i wneud, heb enwau
erasing-kept-backup = Copïau a wneir rhag ofn i rywbeth fethu: o hynny ymlaen ni all neb ddarllen y manylion ynddynt
erasing-kept-draft = Ni chaiff dim ei ddileu ar y dyddiau hyn eto, heblaw am y copïau: nid yw’r amserlen gadw mewn grym.
erasing-kept-erasure = Bod cyfrif wedi’i ddileu, fel na all copi wrth gefn ddod ag ef yn ôl
erasing-kept-why = Pam
erasing-why-sharing_record = I ddangos beth a rannwyd, a bod hawl i’w rannu ({ $law })
erasing-why-signal = I ddangos eu bod wedi cael gwybod ({ $law })
erasing-why-access_question = I ddangos bod y person wedi cael ateb ({ $law })
erasing-why-enquiry_person = I brofi bod rhywun wedi edrych heb hawl ({ $law })
erasing-why-rights_case = I ddangos bod y person wedi cael ateb fel y dywed y gyfraith, ac mewn pryd ({ $law })
erasing-why-log = I ateb hawliadau a sylwi ar dwyll ({ $law })
erasing-why-erasure = I ddangos bod hynny wedi’i wneud ({ $law })
erasing-why-backup = I unioni’r hyn sy’n methu ({ $law })
erasing-words-hint = Beth a ddilëwyd, beth a gedwir a pham, mewn geiriau plaen. Mae’r person yn darllen hyn yn ein neges e-bost olaf.
erasing-reference = Cyfeirnod yr achos hwn
erasing-reference-hint = Rhowch ef unwaith eto, fel na ddilëir cyfrif arall trwy gamgymeriad
erasing-button = Dileu’r cyfrif a chau’r achos
erasing-prove = Profi eto pwy ydych chi
erasing-held =
    { $kind ->
        [legal] Ni ellir dileu dim: mae daliad ar gyfer hawliad cyfreithiol yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
        [foi] Ni ellir dileu dim: mae daliad ar gyfer cais rhyddid gwybodaeth yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
        [sar] Ni ellir dileu dim: mae daliad ar gyfer cais gwrthrych am wybodaeth yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
        [audit] Ni ellir dileu dim: mae daliad ar gyfer archwiliad yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
        [fraud] Ni ellir dileu dim: mae daliad ar gyfer ymchwiliad i dwyll yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
       *[inquiry] Ni ellir dileu dim: mae daliad ar gyfer ymchwiliad yn ei erbyn. Dywedwch wrth y person, neu arhoswch nes iddo gael ei ryddhau.
    }
wrong-erasing-reference = Rhowch gyfeirnod yr achos hwn
wrong-erasing-held = Mae daliad yn ei erbyn: ni ddilëwyd dim
wrong-erasing-proof = Profwyd pwy ydych chi fwy na 5 munud yn ôl. Profwch hynny eto mewn tab arall, yna pwyswch y botwm yma
