# "Beth mae gwasanaethau'n ei gael": tudalennau'r cyfrif, a'r llythyr cyn i gydsyniad ddod i ben.

sharing-link = Gweld a newid beth mae gwasanaethau’n ei gael
sharing-title = Beth mae gwasanaethau’n ei gael
sharing-lead = Dim ond yr hyn a restrir yma y mae gwasanaeth yn ei gael, a dim ond am y rheswm a roddir.
sharing-nothing = Nid oes unrhyw wasanaeth yn cael dim amdanoch.
sharing-agreed = Cytunwyd ei fod yn defnyddio eich manylion er mwyn { $purpose }.
sharing-to = Er mwyn { $purpose }
sharing-with = gyda { $service }, er mwyn { $purpose }
sharing-one-title = { $service }: er mwyn { $purpose }
sharing-now = Nawr
sharing-what = Manylion
sharing-why = Pam
sharing-since = Ers
sharing-until = Tan
sharing-due = Byddwn yn ateb erbyn
sharing-more = Hanes a derbynebau

sharing-state-on = Mae’r gwasanaeth yn cael y manylion hyn
sharing-state-not_told = Nid yw’r gwasanaeth yn cael y manylion hyn
sharing-state-not_asked = Nid yw’r gwasanaeth yn cael y manylion hyn. Nid ydym wedi gofyn i chi.
sharing-state-refused = Nid yw’r gwasanaeth yn cael y manylion hyn. Na oedd yr ateb.
sharing-state-withdrawn = Nid yw’r gwasanaeth yn cael y manylion hyn. Cafodd hyn ei atal.
sharing-state-expired = Nid yw’r gwasanaeth yn cael y manylion hyn. Mae’r amser y cytunwyd arno ar ben.
sharing-state-superseded = Nid yw’r gwasanaeth yn cael y manylion hyn. Mae’r hysbysiad preifatrwydd wedi newid ers i chi ei weld.
sharing-state-invalidated = Nid yw’r gwasanaeth yn cael y manylion hyn. Ni ddylent fod wedi cael eu rhannu.
sharing-state-objected = Nid yw’r gwasanaeth yn cael y manylion hyn tra byddwn yn penderfynu ar eich gwrthwynebiad.
sharing-state-objection_upheld = Nid yw’r gwasanaeth yn cael y manylion hyn. Bu gwrthwynebiad, ac roeddem yn cytuno.
sharing-state-restricted = Nid yw’r gwasanaeth yn cael y manylion hyn. Rydym yn eu cadw heb eu defnyddio.
sharing-state-no_share = Nid yw’r gwasanaeth yn cael y manylion hyn mwyach

sharing-stop = Rhoi’r gorau i rannu
sharing-say = Dweud ie neu na
sharing-object = Gwrthwynebu hyn
sharing-allow = Caniatáu hyn eto
sharing-fixed-contract = Ni allwch atal hyn yma, am fod ei angen ar { $service } ar gyfer yr hyn rydych wedi gofyn amdano. I ddod â hynny i ben, cysylltwch â’r gwasanaeth.
sharing-fixed-legal_obligation = Ni allwch atal hyn, am fod y gyfraith yn ei fynnu.
sharing-fixed-vital_interests = Ni allwch atal hyn, am ei fod yn diogelu bywyd rhywun.
sharing-complain = Os ydych yn meddwl bod hyn yn anghywir, gallwch gwyno
sharing-power = Y gyfraith y tu ôl i hyn: { $power }.
sharing-kept = Mae’r gwasanaeth yn cadw’r manylion hyn: { $time }.

sharing-effect-title = Pan fyddwch yn rhoi’r gorau i rannu neu’n gwrthwynebu
sharing-effect = Nid yw’r gwasanaeth yn cael dim mwy, o’r eiliad honno. Gallwch ddefnyddio eich cyfrif o hyd.

sharing-news-stopped = Rydym wedi rhoi’r gorau i rannu’r manylion hyn.
sharing-news-yes = Dywedoch chi ie. Gall y gwasanaeth gael y manylion hyn nawr.
sharing-news-no = Dywedoch chi na. Nid yw’r gwasanaeth yn cael y manylion hyn.
sharing-news-objected = Mae eich gwrthwynebiad gennym, ac rydym wedi oedi hyn.
sharing-news-allowed = Rydych wedi caniatáu hyn eto.

sharing-object-title = Gwrthwynebu sut mae eich manylion yn cael eu defnyddio
sharing-object-what = Mae { $service } yn defnyddio eich manylion er mwyn { $purpose }. Mae gennych hawl i wrthwynebu.
sharing-object-effect = Os byddwch yn gwrthwynebu, byddwn yn rhoi’r gorau i roi eich manylion at y diben hwn ar unwaith. Gwasanaeth: { $service }. Nes i ni benderfynu, efallai na fydd y gwasanaeth yn gallu gwneud hyn i chi ar-lein. Gallwch gysylltu ag ef o hyd mewn ffyrdd eraill.
sharing-object-decide = Byddwn yn penderfynu o fewn mis. Dim ond os oes rhesymau cryf sy’n drech na’ch rhai chi y gallwn barhau.
sharing-object-grounds = Beth ddylem ei wybod am eich sefyllfa? (dewisol)
sharing-object-hint = Peidiwch â rhoi manylion nad ydych am i ni eu cadw. Gallwch ysgrifennu hyd at 2,000 o nodau.
sharing-object-button = Gwrthwynebu

sharing-back = Tynnu eich gwrthwynebiad yn ôl
sharing-back-effect = Os byddwch yn ei dynnu’n ôl, bydd { $service } yn cael eich manylion at y diben hwn eto ar unwaith, a byddwn yn rhoi’r gorau i edrych ar eich gwrthwynebiad. Gallwch wrthwynebu eto yn nes ymlaen.
sharing-news-taken_back = Rydych wedi tynnu eich gwrthwynebiad yn ôl. Gall y gwasanaeth gael y manylion hyn eto.
sharing-grounds = Ein rhesymau:

wrong-grounds-too-long = Rhaid i’r hyn a ddywedwch fod yn 2,000 o nodau neu lai

sharing-choose-title = Rhannu eich manylion gyda { $service }
sharing-allow-title = { $service }: caniatáu rhannu eich manylion eto
sharing-choose-lead = Byddai { $service } yn cael:

sharing-history = Beth ddigwyddodd
sharing-receipts = Mae gan bob cofnod dderbynneb y gallwch ei chadw: tudalen i’w darllen neu ei hargraffu, a ffeil ar gyfer rhaglenni cyfrifiadurol, wedi’i llofnodi gennym ni.
sharing-receipt-page = Darllen neu argraffu’r dderbynneb
sharing-receipt-iso = Lawrlwytho’r dderbynneb
sharing-receipt-kantara = Ei lawrlwytho fel derbynneb cydsyniad Kantara
sharing-receipt-of = { $date } am { $time }
sharing-did-shown = { $by ->
    [delegate] Cafodd rhywun sy’n gweithredu drosoch wybod, ac aeth ymlaen
    [parent] Cafodd rhywun â chyfrifoldeb rhiant drosoch wybod, ac aeth ymlaen
   *[other] Cawsoch wybod, ac aethoch ymlaen
}
sharing-did-given = { $by ->
    [delegate] Dywedodd rhywun sy’n gweithredu drosoch ie
    [parent] Dywedodd rhywun â chyfrifoldeb rhiant drosoch ie
   *[other] Dywedoch chi ie
}
sharing-did-reaffirmed = { $by ->
    [delegate] Dywedodd rhywun sy’n gweithredu drosoch ie eto
    [parent] Dywedodd rhywun â chyfrifoldeb rhiant drosoch ie eto
   *[other] Dywedoch chi ie eto
}
sharing-did-refused = { $by ->
    [delegate] Dywedodd rhywun sy’n gweithredu drosoch na
    [parent] Dywedodd rhywun â chyfrifoldeb rhiant drosoch na
   *[other] Dywedoch chi na
}
sharing-did-withdrawn = { $by ->
    [delegate] Gwnaeth rhywun sy’n gweithredu drosoch ei atal
    [parent] Gwnaeth rhywun â chyfrifoldeb rhiant drosoch ei atal
    [system] Gwnaethom ei atal eto, ar ôl i gopi wrth gefn ddod ag ef yn ôl
   *[other] Gwnaethoch chi ei atal
}
sharing-did-expired = Daeth yr amser y cytunwyd arno i ben
sharing-did-superseded = Newidiodd yr hysbysiad preifatrwydd
sharing-did-invalidated = Gwelsom na ddylai fod wedi cael ei rannu
sharing-did-objected = { $by ->
    [delegate] Gwnaeth rhywun sy’n gweithredu drosoch wrthwynebu
    [parent] Gwnaeth rhywun â chyfrifoldeb rhiant drosoch wrthwynebu
    [system] Nodwyd y gwrthwynebiad eto, ar ôl iddo fynd ar goll mewn copi wrth gefn
   *[other] Gwnaethoch chi wrthwynebu
}
sharing-did-objection_upheld = Roeddem yn cytuno â’r gwrthwynebiad
sharing-did-objection_rejected = Penderfynom barhau ar ôl y gwrthwynebiad
sharing-did-objection_withdrawn = { $by ->
    [delegate] Tynnodd rhywun sy’n gweithredu drosoch y gwrthwynebiad yn ôl
    [parent] Tynnodd rhywun â chyfrifoldeb rhiant drosoch y gwrthwynebiad yn ôl
   *[other] Gwnaethoch chi dynnu eich gwrthwynebiad yn ôl
}
sharing-did-imported = Cymerom gofnod drosodd o system gynharach
sharing-way-web = ar-lein
sharing-way-phone = dros y ffôn
sharing-way-desk = wyneb yn wyneb
sharing-way-kiosk = ar sgrin gyhoeddus
sharing-way-post = drwy’r post
sharing-way-import = gan ein cyfrifiaduron

locked-sharing = Rydych wedi newid lawer gwaith mewn un diwrnod yr hyn y mae gwasanaethau’n ei gael, felly nid ydym yn derbyn cytundeb arall am y tro.
locked-sharing-until = Gallwch gytuno eto ar { $on }.
locked-sharing-stop = Nid oes rhaid i chi aros i stopio rhannu nac i wrthwynebu:

receipt-title = Derbynneb: { $service }, er mwyn { $purpose }
receipt-what = Beth ddigwyddodd
receipt-when = Pryd
receipt-actor = Pwy
receipt-actor-self = Chi
receipt-actor-officer = Aelod o staff y cyngor
receipt-actor-delegate = Rhywun sy’n gweithredu drosoch
receipt-actor-parent = Rhywun â chyfrifoldeb rhiant drosoch
receipt-actor-system = Ein cyfrifiaduron
receipt-how = Sut
receipt-method-page = ar dudalen
receipt-method-radio = drwy ddewis ateb
receipt-method-verbal = drwy ei ddweud
receipt-method-signed = drwy ei lofnodi
receipt-method-import = wedi’i gymryd drosodd neu ei ysgrifennu gan raglen
receipt-steps =
    { $steps ->
        [one] mewn 1 cam
        [two] mewn { $steps } gam
        [few] mewn { $steps } cham
        [many] mewn { $steps } cham
       *[other] mewn { $steps } cam
    }
receipt-service = Gwasanaeth
receipt-role = Pwy yw’r gwasanaeth
receipt-role-same_controller = Gwasanaeth y cyngor
receipt-role-processor = Mae’n gweithio i’r cyngor, yn ôl ei gyfarwyddiadau
receipt-role-joint = Mae’n penderfynu ar y cyd â’r cyngor
receipt-role-separate = Sefydliad ar ei ben ei hun ydyw
receipt-purpose = At ba ddiben
receipt-power = Y gyfraith y tu ôl i hyn
receipt-kept = Am ba hyd y mae’r gwasanaeth yn eu cadw
receipt-notice = Hysbysiad preifatrwydd
receipt-notice-version = Fersiwn
receipt-notice-where = Ble y mae
receipt-notice-sha256 = Ôl bys yr hysbysiad (SHA-256)
receipt-page-sha256 = Ôl bys y dudalen a welsoch (SHA-256)
receipt-language = Iaith
receipt-language-en = Saesneg
receipt-language-cy = Cymraeg
receipt-council = Pwy sy’n gyfrifol
receipt-council-name = Cyngor
receipt-council-address = Cyfeiriad
receipt-council-email = E-bost
receipt-council-phone = Ffôn
receipt-council-url = Gwefan
receipt-officer = Swyddog diogelu data
receipt-change = Ble y gallwch newid hyn
receipt-numbers = Rhifau
receipt-number = Y dderbynneb hon
receipt-previous = Y dderbynneb o’i blaen
receipt-event = Cofnod yn ein cofnodion
receipt-subject = Eich cyfrif
receipt-policy = Y rheolau a oedd mewn grym
receipt-law = Cyfraith
receipt-law-gb = Y Deyrnas Unedig
receipt-check = Sut i’w gwirio
receipt-check-how = Mae’r ffeil y gallwch ei lawrlwytho yn dweud yr un peth, ac yn dal ein llofnod (“receipt_sig”). Gall unrhyw un ei wirio hebom ni, gyda rhaglen sy’n gwirio JSON Web Signatures a’n hallweddi cyhoeddus: { $keys }

sharing-told = Beth a ddywedom wrth { $service }
sharing-told-consent_withdrawn = Nid ydych yn cydsynio mwyach i ddefnyddio eich manylion
sharing-told-sharing_paused = Rhaid iddo roi’r gorau i ddefnyddio eich manylion, oherwydd i chi wrthwynebu
sharing-told-sharing_resumed = Gall ddefnyddio eich manylion eto
sharing-told-attribute_corrected = Mae rhai o’ch manylion wedi newid
sharing-told-processing_restricted = Rhaid iddo gadw eich manylion a pheidio â’u defnyddio
sharing-told-restriction_lifted = Nid oes rhaid iddo ymatal rhag defnyddio eich manylion mwyach
sharing-told-account_closed = Rydych wedi cau eich cyfrif
sharing-told-erasure_decided = Rhaid iddo ddileu eich manylion
sharing-answer-waiting = Nid ydym wedi ei gyrraedd eto. Rydym yn dal i geisio.
sharing-answer-delivered = Mae wedi cael ein neges. Nid yw wedi dweud eto ei fod wedi gwneud hyn.
sharing-answer-done = Mae’n dweud ei fod wedi gwneud hyn.
sharing-answer-told_by_staff = Dywedodd aelod o’n staff wrtho.
sharing-answer-by_hand = Bydd aelod o’n staff yn dweud wrtho.
sharing-answer-no_answer = Nid atebodd. Bydd aelod o’n staff yn dweud wrtho.
sharing-answer-unknown_subject = Mae’n dweud nad yw’n cadw dim amdanoch.
sharing-answer-legal_obligation = Mae’n dweud bod cyfraith yn ei orfodi i gadw eich manylion.
sharing-answer-legal_claim = Mae’n dweud bod angen eich manylion arno ar gyfer hawliad cyfreithiol.
sharing-answer-under_review = Mae’n dweud ei fod yn dal i benderfynu. Rydym yn edrych i mewn i hyn.
sharing-answer-other = Ni wnaeth hyn. Rydym yn edrych i mewn i hyn.

letter-consent-ends-subject = Daw eich cytundeb â { $service } i ben ar { $until-date }
letter-consent-ends-body =
    Cytunwyd bod { $service } yn cael rhai o’ch manylion.

    Daw hynny i ben ar { $until-date }, ac nid oes angen i chi wneud dim.

    I ddweud ie eto, neu i’w atal nawr, mewngofnodwch ac ewch i:

    { $sharing-url }
