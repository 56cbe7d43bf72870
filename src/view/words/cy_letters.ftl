### Pob gair o lythyr, yn Gymraeg. Mae'r un negeseuon yn `en_letters.ftl`.

letter-sign-off =
    { $council }
    Ffôn: { $phone }
letter-sign-up-code-subject = { $code } yw eich cod ar gyfer { $account }
letter-sign-up-code-body =
    Mae rhywun, chi yn ôl pob tebyg, yn creu cyfrif gyda'r cyfeiriad e-bost hwn.

    Eich cod yw:

    { $code }

    Mae'n gweithio tan { $until }. Peidiwch byth â'i ddweud wrth neb, na hyd yn oed wrthym ni.

    I orffen ar ddyfais arall, ewch i'r dudalen hon yno a rhowch eich cyfeiriad e-bost a'r cod:

    { $finish-url }

    Os nad chi oedd hyn, gallwch anwybyddu'r e-bost hwn.
letter-address-taken-subject = Mae gennych gyfrif eisoes
letter-address-taken-body =
    Ceisiodd rhywun, chi yn ôl pob tebyg, greu cyfrif gyda'r cyfeiriad e-bost hwn. Mae cyfrif ganddo eisoes.

    I fewngofnodi:

    { $sign-in-url }

    Os ydych yn rhannu'r cyfeiriad e-bost hwn â rhywun ac am gael eich cyfrif eich hun:

    { $shared-url }

    Mae'r ail ddolen yn gweithio tan { $until }.

    Os nad chi oedd hyn, gallwch anwybyddu'r e-bost hwn. Nid oes dim wedi newid.
letter-reset-code-subject = { $code } yw eich cod ar gyfer cyfrinair newydd
letter-reset-code-body =
    Gofynnodd rhywun, chi yn ôl pob tebyg, am gyfrinair newydd ar gyfer eich { $account }.

    Eich cod yw:

    { $code }

    Mae'n gweithio tan { $until }. Peidiwch byth â'i ddweud wrth neb, na hyd yn oed wrthym ni.

    Os nad chi oedd hyn, gallwch anwybyddu'r e-bost hwn. Mae eich cyfrinair yn aros fel y mae.
letter-email-change-code-subject = { $code } yw eich cod ar gyfer eich cyfeiriad e-bost newydd
letter-email-change-code-body =
    Mae rhywun, chi yn ôl pob tebyg, am ddefnyddio'r cyfeiriad e-bost hwn ar gyfer { $account }.

    Eich cod yw:

    { $code }

    Mae'n gweithio tan { $until }. Peidiwch byth â'i ddweud wrth neb, na hyd yn oed wrthym ni.

    Os nad chi oedd hyn, gallwch anwybyddu'r e-bost hwn.
letter-email-changed-subject = Mae eich cyfeiriad e-bost wedi'i newid
letter-email-changed-body =
    Newidiwyd cyfeiriad e-bost eich { $account } ar { $date } am { $time }. Nid yw'r cyfeiriad hwn yn gweithio ar ei gyfer mwyach.

    Os nad chi oedd hyn, dadwnewch y newid:

    { $undo-url }

    Mae'r ddolen yn gweithio tan { $until } ar { $until-date }. Ar ôl hynny, cysylltwch â ni.
letter-new-browser-subject = Defnyddiwyd eich cyfrif ar ddyfais newydd
letter-new-browser-body =
    Mewngofnododd rhywun, chi yn ôl pob tebyg, i'ch { $account } ar { $date } am { $time }, gyda phorwr nad ydym wedi'i weld yno o'r blaen:

    { $device }

    Os mai chi oedd hyn, nid oes angen gwneud dim.

    Os nad chi oedd hyn, allgofnodwch y ddyfais honno:

    { $end-url }

    Mae'r ddolen yn gweithio tan { $until } ar { $until-date }.
letter-password-changed-subject = Mae eich cyfrinair wedi'i newid
letter-password-changed-body =
    Newidiwyd cyfrinair eich { $account } ar { $date } am { $time }. Cafodd pob dyfais arall ei hallgofnodi.

    Os nad chi oedd hyn, ewch i'r dudalen fewngofnodi, dewiswch “Rwyf wedi anghofio fy nghyfrinair”, a chysylltwch â ni.
letter-second-step-on-subject = Mae ail gam wedi'i osod ar gyfer eich cyfrif
letter-second-step-on-body =
    Gosodwyd ap dilysu ar gyfer eich { $account } ar { $date } am { $time }. O hyn ymlaen byddwn yn gofyn am god ohono pan fyddwch yn mewngofnodi.

    Os nad chi oedd hwn, cysylltwch â ni.
letter-second-step-off-subject = Mae ail gam eich cyfrif wedi'i ddileu
letter-second-step-off-body =
    Dilëwyd ail gam eich { $account } ar { $date } am { $time }. Mae eich cyfrinair yn unig bellach yn eich gadael i mewn. Allgofnodwyd pob dyfais arall.

    Os nad chi oedd hwn, dewiswch gyfrinair newydd ar y dudalen mewngofnodi, a chysylltwch â ni.
letter-second-step-codes-subject = Mae gennych godau adfer newydd
letter-second-step-codes-body =
    Gwnaed codau adfer newydd ar gyfer eich { $account } ar { $date } am { $time }. Nid yw'r rhai cynharach yn gweithio mwyach.

    Os nad chi oedd hwn, dewiswch gyfrinair newydd ar y dudalen mewngofnodi, a chysylltwch â ni.
letter-second-step-code-used-subject = Mae cod adfer wedi'i ddefnyddio
letter-second-step-code-used-body =
    Defnyddiwyd cod adfer eich { $account } ar { $date } am { $time }. Ni fydd yn gweithio eto. Gallwch gael rhai newydd yn eich cyfrif.

    Os nad chi oedd hwn, dewiswch gyfrinair newydd ar y dudalen mewngofnodi, a chysylltwch â ni.
letter-question-subject = Cwestiwn am fynediad at ddata preswylydd, { $reference }
letter-question-body =
    Mae preswylydd wedi gofyn am gofnod ar ei thudalen “Pwy sydd wedi gweld fy nata”.

    Rhif y cwestiwn yw:

    { $reference }

    Atebwch ef yng nghonsol y staff erbyn { $until-date }. Nid yw’r e-bost hwn yn dal dim am y preswylydd.
letter-answer-subject = Mae’r cyngor wedi ateb eich cwestiwn
letter-answer-body =
    Gwnaethoch ofyn i ni am gofnod ar dudalen “Pwy sydd wedi gweld fy nata” eich { $account }.

    Mae’r ateb yn eich cyfrif. Mewngofnodwch ac agorwch “Pwy sydd wedi gweld fy nata” i’w ddarllen.
letter-shown-subject = Cofnod newydd yn eich cyfrif
letter-shown-body =
    Mae cofnod newydd ar dudalen “Pwy sydd wedi gweld fy nata” eich { $account }, am rywbeth a wnaeth aelod o staff y cyngor gyda’ch cofnod. Roedd y gyfraith yn gadael i ni aros cyn ei ddangos i chi.

    Mewngofnodwch ac agorwch “Pwy sydd wedi gweld fy nata” i ddarllen beth a wnaeth, pam, a pham y gwnaethom aros. Gallwch ofyn i ni amdano yno.
letter-objection-upheld-subject = Rydym yn cytuno â’ch gwrthwynebiad
letter-objection-upheld-body =
    Ar { $date } gwnaethoch wrthwynebu sut mae { $service } yn defnyddio eich manylion er mwyn { $purpose }.

    Rydym yn cytuno â’ch gwrthwynebiad. Nid yw { $service } yn cael eich manylion at y diben hwn mwyach. Nid oes angen i chi wneud dim. Os byddwch yn newid eich meddwl, gallwch ei ganiatáu eto ar dudalen “Beth mae gwasanaethau’n ei gael” eich { $account }.

    { $complain }
letter-objection-rejected-subject = Ein penderfyniad ar eich gwrthwynebiad
letter-objection-rejected-body =
    Ar { $date } gwnaethoch wrthwynebu sut mae { $service } yn defnyddio eich manylion er mwyn { $purpose }.

    Rydym wedi edrych ar eich gwrthwynebiad ac wedi penderfynu parhau. Mae { $service } yn cael eich manylion at y diben hwn eto. Dyma ein rhesymau:

    { $grounds }

    { $complain }
letter-choice-subject = Dewis ynghylch { $service }
letter-choice-body =
    Ar { $date } { $decider ->
        [delegate] dywedodd rhywun sy’n dweud y caiff benderfynu drosoch
        [parent] dywedodd rhywun â chyfrifoldeb rhiant drosoch
       *[self] dywedoch
    } wrthym { $way ->
        [phone] dros y ffôn
        [post] drwy’r post
       *[desk] wyneb yn wyneb
    }:

    { $choice ->
        [yes] Ie: gall { $service } ddefnyddio eich manylion er mwyn { $purpose }.
        [no] Na: ni all { $service } ddefnyddio eich manylion er mwyn { $purpose }.
        [stop] Atal: ni all { $service } ddefnyddio eich manylion er mwyn { $purpose } mwyach. Nid yw’r gwasanaeth yn eu cael at y diben hwn mwyach.
        [object] Gwrthwynebiad i sut mae { $service } yn defnyddio eich manylion er mwyn { $purpose }. Nid yw’r gwasanaeth yn eu cael at y diben hwn tra byddwn yn penderfynu. Byddwn yn eich ateb o fewn mis.
        [take_back] Tynnir yn ôl y gwrthwynebiad i sut mae { $service } yn defnyddio eich manylion er mwyn { $purpose }. Mae’r gwasanaeth yn eu cael at y diben hwn eto.
       *[allow] Gall { $service } ddefnyddio eich manylion er mwyn { $purpose } eto.
    }

    Nododd aelod o staff y cyngor hyn. Os nad yw’n iawn, rhowch wybod i ni ar unwaith: ffoniwch { $phone }.

    Gallwch newid eich meddwl unrhyw bryd, dros y ffôn, wyneb yn wyneb, drwy’r post, neu ar dudalen “Beth mae gwasanaethau’n ei gael” eich { $account }.
letter-objection-complain =
    Os ydych yn meddwl bod hyn yn anghywir, gallwch gwyno i ni: { $to }, e-bost { $to-email }, ffôn { $to-phone }.

    Gallwch hefyd gwyno i’r rheoleiddiwr ({ $regulator }), neu ffonio { $regulator-phone }:

    { $regulator-url }

    Mae gennych hefyd hawl i ofyn i lys benderfynu.
