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
