### "Pwy sydd wedi gweld fy nata", yn Gymraeg. Mae'r un negeseuon yn `en_seen.ftl`.

seen-link = Gweld pwy sydd wedi gweld eich data
seen-title = Pwy sydd wedi gweld fy nata
seen-older-title = Pwy sydd wedi gweld fy nata: cynharach
seen-lead = Mae’r dudalen hon yn dangos pryd yr edrychodd staff y cyngor ar eich cofnod, pryd y cafodd gwasanaeth eich manylion, a pham. Daw o gofnod na all neb ei newid heb i rywun sylwi.
seen-staff = Staff y cyngor
seen-services = Gwasanaethau
seen-nothing = Nid oes dim i’w ddangos yma.
seen-older = Dangos cofnodion cynharach
seen-delay = Weithiau mae’r gyfraith yn gadael i ni aros cyn dangos cofnod yma, er enghraifft tra bod trosedd yn cael ei hymchwilio.

seen-did-viewed = Edrychodd aelod o staff y cyngor ar eich cofnod
seen-did-searched = Chwiliodd aelod o staff y cyngor amdanoch
seen-did-revealed = Agorodd aelod o staff y cyngor un o’ch manylion
seen-did-suspended = Ataliodd aelod o staff y cyngor eich cyfrif
seen-did-restored = Rhoddodd aelod o staff y cyngor eich cyfrif yn ôl i chi
seen-did-answered = Atebodd aelod o staff y cyngor eich cwestiwn
seen-did-recorded = Nododd aelod o staff y cyngor yr hyn a ddewisoch
seen-did-used = Defnyddiodd aelod o staff y cyngor eich cofnod
seen-did-received = Cafodd { $service } eich manylion
seen-tried-viewed = Ceisiodd aelod o staff y cyngor edrych ar eich cofnod a chafodd ei wrthod
seen-tried-searched = Ceisiodd aelod o staff y cyngor chwilio amdanoch a chafodd ei wrthod
seen-tried-revealed = Ceisiodd aelod o staff y cyngor agor un o’ch manylion a chafodd ei wrthod
seen-tried-suspended = Ceisiodd aelod o staff y cyngor atal eich cyfrif a chafodd ei wrthod
seen-tried-restored = Ceisiodd aelod o staff y cyngor newid eich cyfrif a chafodd ei wrthod
seen-tried-answered = Ceisiodd aelod o staff y cyngor ateb eich cwestiwn a chafodd ei wrthod
seen-tried-recorded = Ceisiodd aelod o staff y cyngor nodi dewis o’ch eiddo a chafodd ei wrthod
seen-tried-used = Ceisiodd aelod o staff y cyngor ddefnyddio eich cofnod a chafodd ei wrthod
seen-tried-received = Gofynnodd { $service } am fanylion na chaiff eu cael, a chafodd ei wrthod

seen-when = Pryd
seen-what = Beth
seen-why = Pam
seen-case = Rhif yr achos
seen-late = Wedi’i ddangos i chi ers
seen-late-why = { $date }. Tan hynny roedd y gyfraith yn gadael i ni aros: { $ground }.
seen-late-since = { $date }. Tan hynny roedd y gyfraith yn gadael i ni aros.
seen-question = Eich cwestiwn
seen-asked = Gofynnwyd ar { $asked }. Byddwn yn ateb erbyn { $due }.
seen-answered = Gofynnwyd ar { $asked }. Gwnaethom ateb ar { $answered }.
seen-one = Derbynneb a chwestiynau
seen-one-of = ar gyfer cofnod { $date } am { $time }

seen-field-name_masked = Llythrennau cyntaf eich enw
seen-field-email_masked = Rhan o’ch cyfeiriad e-bost
seen-field-birthdate_masked = Eich bod wedi rhoi dyddiad geni
seen-field-address_masked = Rhan gyntaf eich cod post
seen-field-phone_number_masked = Digidau olaf eich rhif ffôn
seen-field-second_step = A ydych yn defnyddio ail gam
seen-field-state = Cyflwr eich cyfrif
seen-field-sessions = Ble rydych wedi mewngofnodi
seen-field-sharing = Beth mae gwasanaethau’n ei gael o’ch cyfrif
seen-field-choices = Yr hyn a ddewisoch am rannu
seen-field-age_band = Faint yw eich oed
seen-field-objection = Yr hyn a ysgrifenasoch wrth wrthwynebu
seen-field-services = Gwasanaethau rydych wedi’u defnyddio
seen-field-events = Beth ddigwyddodd yn eich cyfrif

seen-receipt = Derbynneb
seen-receipt-what = Mae’r dderbynneb yn profi mai hwn yw cofnod { $index } o’n cofnod { $log }, ac nad yw wedi newid.
seen-receipt-download = Lawrlwytho’r dderbynneb
seen-receipt-how = Gall unrhyw un ei gwirio hebom ni: gyda “portreeve audit verify”, neu gyda’r rhaglen Python verify.py. Mae angen y dderbynneb a’r allwedd gyhoeddus hon ar y ddau:
seen-receipt-program = Mae angen tlog.py yn yr un ffolder ar y rhaglen Python, a’r pecyn “cryptography”. Mae FORMAT.md yn dweud sut mae’n gweithio, i unrhyw un a fyddai’n well ganddo ysgrifennu ei raglen ei hun.
seen-receipt-waits = Bydd y dderbynneb yn barod mewn eiliad. Agorwch y dudalen hon eto i’w chael.

seen-ask = Gofyn i’r cyngor am hyn
seen-ask-what = Os nad ydych yn deall pam y digwyddodd hyn, neu’n meddwl na ddylai fod wedi digwydd, gofynnwch i ni. Nid yw’n costio dim.
seen-next = Beth sy’n digwydd nesaf
seen-next-who = Mae eich cwestiwn wedi mynd at: { $team }.
seen-next-when = Byddant yn edrych ar y cofnod hwn ac yn ateb erbyn { $due }. Byddwn yn anfon e-bost atoch pan fydd yr ateb ar y dudalen hon.
seen-next-instead = Os ydych am ddweud mwy, e-bostiwch { $email } neu ffoniwch { $phone }, a rhowch y rhif hwn:
seen-answer = Ein hateb ar { $date }
seen-answer-again = Os nad yw hyn yn datrys y mater, gallwch ofyn eto, neu gwyno.
seen-news-asked = Mae eich cwestiwn gan y cyngor
seen-news-too_many = Rydych wedi gofyn 5 cwestiwn heddiw. Gofynnwch eto yfory, neu cysylltwch â ni.
seen-news-title = Pwysig
