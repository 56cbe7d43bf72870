### The consoles of the staff, in Welsh. `en_consoles.ftl` has the same messages.

## Enquiries

enquiry-title = Edrych ar gofnod preswylydd
enquiry-lead = Dywedwch pam cyn edrych. Caiff popeth a welwch ei gofnodi gyda’r rheswm hwn, a gall y preswylydd ei ddarllen yn ei gyfrif neu ei chyfrif.
enquiry-glass = Mae’r gwydr wedi’i dorri tan { $time }. Caiff popeth a wnewch ei adolygu.
enquiry-open = Parhau
enquiry-open-ones = Eich ymholiadau agored
enquiry-since = Agorwyd
enquiry-reason = Rheswm
enquiry-reason-hint = Dyma’r geiriau y mae’r preswylydd yn eu darllen.
enquiry-case = Rhif yr achos
enquiry-case-hint = Peidiwch ag ysgrifennu enwau na chyfeiriadau yma.
enquiry-until = Ar agor tan
enquiry-purpose = At ba ddiben?
enquiry-needs-case = Mae angen rhif achos
enquiry-hides = Mae angen rhif achos ac ail berson. Ni fydd y preswylydd yn ei weld nes iddo gael ei adolygu.
enquiry-about = Am bwy y mae hyn? Dim ond os na fydd y preswylydd yn gweld eich edrychiadau
enquiry-about-hint = Cyfeiriad e-bost, enw defnyddiwr neu rif cyfrif. Mae ail berson yn cymeradwyo edrychiadau ar y preswylydd hwn yn unig.
enquiry-about-again = Yr un fath â phan ofynnoch.
wrong-about = Rhowch am bwy y mae hyn: caiff edrychiadau cudd eu cymeradwyo ar gyfer un preswylydd
person-not-told = Cedwir eich edrychiadau oddi wrth y preswylydd nes iddynt gael eu hadolygu. Caiff popeth ei gofnodi.
enquiry-person-about = Am
approvals-one-resident = Edrychiadau ar un preswylydd, a enwir gan yr achos
enquiry-search-title = Dod o hyd i breswylydd
enquiry-who = Cyfeiriad e-bost, enw defnyddiwr neu rif cyfrif
enquiry-who-hint = Yn union fel y mae’n mewngofnodi ag ef. Nid yw rhannau o enwau’n dod o hyd i neb.
enquiry-search = Chwilio
enquiry-found = Canfuwyd yn yr ymholiad hwn
enquiry-person = Preswylydd { $number }
enquiry-close = Cau’r ymholiad hwn

## A resident's record

person-title = Cofnod preswylydd
person-told = Gall y preswylydd weld eich bod wedi edrych, pryd, ac am ba reswm.
person-name = Enw llawn
person-email = Cyfeiriad e-bost
person-birthdate = Dyddiad geni
person-address = Cyfeiriad
person-phone_number = Rhif ffôn
person-given = wedi’i roi
person-state = Cyfrif
person-state-active = Yn cael ei ddefnyddio
person-state-restricted = Cyfyngedig
person-state-frozen = Wedi’i atal
person-state-closed = Ar gau
person-since = Crëwyd
person-sessions = Porwyr wedi’u mewngofnodi
person-second-step = Ail gam wrth fewngofnodi
person-account = Rhif cyfrif
person-reveal-name = Dangos yr enw llawn
person-reveal-email = Dangos y cyfeiriad e-bost
person-reveal-birthdate = Dangos y dyddiad geni
person-reveal-address = Dangos y cyfeiriad
person-reveal-phone_number = Dangos y rhif ffôn
person-services = Yr hyn y caiff gwasanaethau ei gael
person-service = Gwasanaeth
person-claim = Beth
person-when = Ers
yes = Ie
no = Na
console-nothing = Dim

## A second person

approvals-title = Ail berson
approvals-asked = Gofynnwyd i ail berson. Gallwch barhau pan fydd wedi’i gymeradwyo.
approvals-waiting = Yn aros amdanoch chi
approvals-none = Nid oes dim yn aros amdanoch chi.
approvals-own = Yr hyn y gofynnoch amdano
approvals-own-none = Nid ydych wedi gofyn am ddim yn ystod y pythefnos diwethaf.
approvals-approve = Cymeradwyo
approvals-refuse = Gwrthod
approvals-kind = Beth
approvals-kind-hidden_enquiry = Edrychiadau na fydd y preswylydd yn eu gweld am gyfnod
approvals-kind-export = Cofnodion yn gadael y tŷ
approvals-what = Pa un
approvals-by = Pwy
approvals-at = Gofynnwyd
approvals-until = Tan
approvals-state = Statws
approvals-state-waiting = Yn aros
approvals-state-refused = Gwrthodwyd
approvals-state-given = Cymeradwywyd
approvals-state-used = Cymeradwywyd a defnyddiwyd
approvals-take = Ewch ymlaen i’w dynnu allan

## Break-glass

glass-title = Torri’r gwydr
glass-lead = Os yw bywyd neu ddiogelwch rhywun mewn perygl gallwch edrych ar gofnodion am 60 munud heb rif achos, ac ar gofnodion pobl rydych yn eu hadnabod.
glass-warning = Rhoddir gwybod i’r swyddog diogelu data ar unwaith. Bydd rhywun arall yn adolygu’r hyn a wnaethoch o fewn dau ddiwrnod gwaith.
glass-case-hint = Os oes un.
glass-break = Torri’r gwydr
glass-open = Mae’r gwydr wedi’i dorri tan { $time }.
glass-close = Ei gau nawr
glass-reviews = Adolygiadau
glass-reviews-none = Nid oes neb wedi torri’r gwydr.
glass-justified = Roedd cyfiawnhad
glass-done = Gweld yr hyn a wnaed yn y cyfamser
glass-unjustified = Nid oedd cyfiawnhad
glass-from = O
glass-until = Tan
glass-review-by = Adolygu erbyn
glass-state-open = Ar agor
glass-state-waiting = Yn aros am adolygiad
glass-state-overdue = Adolygiad yn hwyr: ni all y swyddog wneud dim nes iddo gael ei adolygu
glass-state-justified = Adolygwyd: roedd cyfiawnhad
glass-state-unjustified = Adolygwyd: nid oedd cyfiawnhad

## People one knows

conflicts-title = Pobl rydych yn eu hadnabod
conflicts-lead = Enwch deulu, ffrindiau a chymdogion, a chi eich hun os oes gennych gyfrif, fel nad yw eu cofnodion yn agor i chi. Nid ydym yn cadw rhestr ohonynt: dim ond cod na all neb ei ddarllen yn ôl.
conflicts-count = { $count ->
    [0] Nid ydych wedi enwi neb.
    [one] Rydych wedi enwi un person.
   *[other] Rydych wedi enwi { $count } o bobl.
 }
conflicts-who = Cyfeiriad e-bost neu enw defnyddiwr rhywun rydych yn ei adnabod
conflicts-declare = Rwy’n adnabod y person hwn
conflicts-whom = Cyfeiriad e-bost neu enw defnyddiwr rhywun i’w dynnu’n ôl
conflicts-withdraw = Tynnu’n ôl

## What is wrong

wrong-purpose = Dewiswch at ba ddiben y mae hyn
wrong-reason = Dewiswch reswm
wrong-case-missing = Rhowch rif yr achos
wrong-case = Rhowch rif achos o ddim mwy na 64 nod
wrong-nobody-found = Nid oes neb yn mewngofnodi â hynny. Rhowch y cyfeiriad e-bost, yr enw defnyddiwr neu’r rhif cyfrif yn union
wrong-who = Rhowch gyfeiriad e-bost neu enw defnyddiwr
console-not-permitted = Ni chewch wneud hyn
console-not-permitted-text = Nid yw eich rolau’n ei ganiatáu. Mae’r ffaith i chi ofyn wedi’i chofnodi.
console-closed = Mae’r ymholiad hwn ar gau
console-closed-text = Mae ymholiad yn aros ar agor am 15 munud. Agorwch un arall.
console-too-many = Rydych wedi chwilio’n rhy aml yn yr ymholiad hwn
console-too-many-text = Mewn un ymholiad gallwch chwilio 30 o weithiau. Agorwch un arall, a dywedwch pam.
console-not-found = Ni ddaeth yr ymholiad hwn o hyd i’r person hwnnw
console-not-found-text = Chwiliwch am y preswylydd yn gyntaf.
console-asked-too-often = Rydych yn aros am 20 cymeradwyaeth
console-asked-too-often-text = Arhoswch nes bod rhywun wedi penderfynu arnynt.
console-declared-too-often = Rydych wedi enwi gormod o bobl heddiw
console-declared-too-often-text = Gallwch enwi 60 o bobl mewn diwrnod, neu eu tynnu’n ôl. Mae’r ffaith i chi roi cynnig arall arni wedi’i chofnodi.
console-decided = Ni ellir gwneud hyn nawr
console-decided-text = Mae rhywun arall wedi penderfynu, mae wedi dod i ben, neu eich un chi ydyw.
console-needs-approval = Rhaid i ail berson gymeradwyo hyn
console-needs-approval-text = Nid yw’r gymeradwyaeth yn cyd-fynd â’r diben, y rheswm a’r achos hyn, mae wedi’i defnyddio, neu mae wedi dod i ben.
letter-glass-broken-subject = Torrwyd y gwydr
letter-glass-broken-body =
    Torrodd { $officer } y gwydr ar { $date } am { $time }, a gall edrych ar gofnodion preswylwyr am 60 munud heb rif achos.

    Adolygwch yr hyn a wnaed o fewn dau ddiwrnod gwaith:

    { $review-url }
console-missing = Nid oes cofnod o’r fath
console-missing-text = Gwiriwch y cyfeiriad, neu ewch yn ôl i’r rhestr.
glass-suspended = Ni allwch wneud dim nes i’ch defnydd o dorri’r gwydr gael ei adolygu
glass-suspended-text = Mae dau ddiwrnod gwaith wedi mynd heibio. Gofynnwch i rywun ym maes llywodraethu gwybodaeth ei adolygu.

## Breaches

breaches-title = Tramgwyddau data personol
breaches-none = Mae’r gofrestr yn wag.
breaches-register = Cofrestr
breach-title = Beth ddigwyddodd
breach-aware = Pryd y daethom yn ymwybodol ohono
breach-aware-hint = Rhoddir gwybod i’r rheoleiddiwr o fewn 72 awr i hyn, oni bai nad oes risg i bobl.
breach-regulator = Rheoleiddiwr
breach-people = Y bobl dan sylw
breach-record = Cofnodi tramgwydd
breach-no-names = Peidiwch ag enwi preswylwyr. Cadwch eu henwau gyda’r achos.
breach-write = Cadw
breach-any-service = Dim un, neu bob un
breach-from = Roedd data’n agored o
breach-to = Roedd data’n agored tan
breach-subjects = Faint o bobl
breach-categories = Pa ddata
breach-effects = Beth mae’n ei wneud i bobl
breach-remedies = Beth a wnaed yn ei gylch
breach-not-needed = Nid oes angen rhoi gwybod
breach-notified = Rhoddwyd gwybod
breach-notified-late = Rhoddwyd gwybod ar ôl 72 awr
breach-late = Heb roi gwybod, ac mae 72 awr wedi mynd heibio
breach-late-why = Mae’r 72 awr wedi mynd heibio. Rhowch y rhesymau dros yr oedi i’r rheoleiddiwr.
breach-left = { $hours } awr a { $minutes } munud ar ôl
breach-undecided = Heb benderfynu
breach-notify-by = Rhoi gwybod i’r rheoleiddiwr erbyn
breach-told-at = Rhoddwyd gwybod am
breach-reference = Cyfeirnod
breach-decide = Pwy gafodd wybod
breach-decision = Beth a benderfynwyd?
breach-regulator-notified = Rhoddwyd gwybod i’r rheoleiddiwr
breach-regulator-not_needed = Nid oes angen rhoi gwybod i’r rheoleiddiwr: nid oes risg i bobl
breach-people-notified = Rhoddwyd gwybod i’r bobl
breach-people-not_needed = Nid oes angen rhoi gwybod i’r bobl: nid oes risg uchel iddynt
wrong-breach-title = Dywedwch beth ddigwyddodd mewn dim mwy na 2,000 nod
wrong-breach-long = Defnyddiwch ddim mwy na 2,000 nod
wrong-breach-aware = Rhowch pryd y daethom yn ymwybodol ohono, nid yn y dyfodol
wrong-breach-window = Rhowch y ddau amser, y cyntaf cyn yr ail, neu’r naill na’r llall
wrong-breach-subjects = Rhowch faint o bobl fel rhif
wrong-breach-decision = Dewiswch beth a benderfynwyd

## The log

log-title = Cyflwr y log
log-waiting = Digwyddiadau’n aros am eu lle
log-lag = Mae’r hynaf ohonynt wedi aros
log-no-lag = Nid oes dim yn aros
log-seconds = { $count ->
    [one] { $count } eiliad
   *[other] { $count } eiliad
 }
log-logs = Logiau
log-name = Log
log-size = Cofnodion
log-opened = Agorwyd
log-closed = Caewyd
log-open = Ar agor
log-destroyed = Dinistriwyd
log-there = Heb ei ddinistrio
log-forged = Wedi’i nodi fel un a ddinistriwyd, ond nid gan y gwasanaeth hwn
log-checkpoint = Y pwynt gwirio diweddaraf
log-no-checkpoint = Nid oes dim wedi’i lofnodi eto.
log-no-witness = Nid oes tyst wedi cydlofnodi’r log hwn. Ni ellir diystyru ailysgrifennu gan bwy bynnag sy’n dal yr allwedd.
log-witnesses = Tystion
log-witness = Tyst
log-cosigned = Gofynnwyd ddiwethaf
log-events = Digwyddiadau
log-picture = Barrau: digwyddiadau pob un o’r 30 diwrnod diwethaf. Mae’r rhifau yn y tabl isod.
log-by-day = Digwyddiadau fesul diwrnod
log-day = Diwrnod

## The record of events

record-title = Chwilio’r cofnod
record-lead = Dywedwch pam yn gyntaf: caiff y chwiliad ei gofnodi cyn i chi weld dim ohono. Os yw am un preswylydd, gall y preswylydd ddarllen eich bod wedi chwilio.
record-resident = Preswylydd
record-officer = Aelod o staff
record-member = Aelod o staff y mae’n ymwneud ag ef
record-any = Unrhyw un
record-any-officer = Unrhyw un
record-purpose = Diben y digwyddiadau
record-reason = Rheswm y digwyddiadau
record-outcome = Canlyniad
record-kind = Math o ddigwyddiad
record-kind-hint = Er enghraifft officer.viewed. Mae eich porwr yn cynnig pob math wrth i chi deipio.
record-from = O
record-to = Tan
record-results = Digwyddiadau
record-none = Ni chanfuwyd dim.
record-page = Tudalen { $page }, y diweddaraf yn gyntaf
record-at = Pryd
record-who = Pwy
record-subject = Am
record-newer = Digwyddiadau mwy diweddar
record-older = Digwyddiadau hŷn
record-sealed-only = Deuir o hyd i ddigwyddiadau unwaith y mae ganddynt eu lle yn y log, tuag eiliad ar ôl iddynt ddigwydd.
record-event = Digwyddiad
record-id = Rhif y digwyddiad
record-policy = Polisïau mewn grym
record-index = Lle yn y log
record-leaf = Yr hyn sydd yn y log
record-proof = Prawf
record-proved = Mae’r digwyddiad hwn yn y log: mae’r prawf isod yn arwain at y pwynt gwirio wedi’i lofnodi dros { $size } o gofnodion. Gall unrhyw un ei wirio.
record-unsealed = Nid oes gan y digwyddiad hwn le yn y log eto. Rhowch gynnig arall arni mewn eiliad.
record-broken = Nid yw hyn fel y cafodd ei ysgrifennu. Rhowch wybod i bwy bynnag sy’n atebol am y cofnod.
record-payload = Yr hyn a gadwyd wrth ei ochr
record-payload-closed = Caiff ei agor ei gofnodi fel edrychiad ar y person y mae’n ymwneud ag ef.
record-open-payload = Ei agor
record-payload-destroyed = Mae wedi’i ddinistrio.
record-destroyed-at = Dinistriwyd ar
record-destroyed-rule = Rheol
record-destroyed-schedule = Fersiwn yr amserlen
record-destroyed-event = Digwyddiad sy’n dweud hynny
record-not-whole = Mae mwy o ddigwyddiadau nag y mae un adroddiad yn mynd drwyddynt. Dewiswch gyfnod byrrach.
outcome-ok = Gwnaed
outcome-denied = Gwrthodwyd
outcome-error = Methwyd
actor-resident = Y preswylydd
actor-client = Gwasanaeth
actor-officer = Aelod o staff
actor-system = Y system
actor-visitor = Rhywun anhysbys
wrong-time = Rhowch ddyddiad ac amser
wrong-window = Rhowch ddau amser, y cyntaf cyn yr ail
wrong-officer = Dewiswch aelod o staff o’r rhestr
wrong-kind = Nid oes math o’r fath o ddigwyddiad. Rhowch ef fel y mae yn y cofnod, er enghraifft officer.viewed
wrong-filter = Dewiswch un o’r rhestr
console-no-resident = Nid oes gan neb y cyfrif hwn ac nid oes neb yn mewngofnodi â hynny
console-no-resident-text = Mae’r ffaith i chi edrych wedi’i chofnodi.
console-known = Rydych wedi datgan eich bod yn adnabod y person hwn
console-known-text = Rhaid i rywun arall edrych. Mae’r ffaith i chi ofyn wedi’i chofnodi.
console-record-too-many = Rydych wedi enwi gormod o breswylwyr
console-record-too-many-text = Gallwch chwilio’r cofnod am 60 o breswylwyr mewn 15 munud. Mae’r ffaith i chi roi cynnig arall arni wedi’i chofnodi.
console-search-over = Mae’r dudalen hon yn perthyn i chwiliad arall
console-search-over-text = Dechreuwch y chwiliad o’r newydd.
who-saw-title = Pwy edrychodd ar y person hwn
who-saw-show = Dangos
officers-title = Yr hyn yr edrychodd aelodau o staff arno
officers-lead = Dewiswch un i gael adroddiad, neu unrhyw un i adolygu pawb ochr yn ochr. Adolygir mis fel arfer: mae’r mis hyd yn hyn wedi’i lenwi.
officers-show = Dangos
officers-report = Yr hyn yr edrychodd yr aelod hwn o staff arno
officers-review = Adolygiad
officers-all = Pawb a edrychodd ar breswylydd
officers-looks = Edrychiadau
officers-persons = Preswylwyr
officers-without-case = Heb achos
officers-at-night = Yn y nos
officers-conflict = Ar bobl y maent yn eu hadnabod
officers-refused = Gwrthodwyd
officers-no-reason = Dim rheswm
officers-by-reason = Fesul rheswm
officers-by-kind = Fesul math o ddigwyddiad
officers-events = Digwyddiadau
officers-stands-out = Yn sefyll allan
officers-signs =
    Ydy.{ $volume ->
        [yes] {" "}Llawer mwy o edrychiadau nag eraill.
       *[no] {""}
    }{ $case ->
        [yes] {" "}Heb achos.
       *[no] {""}
    }{ $night ->
        [yes] {" "}Gyda’r nos.
       *[no] {""}
    }{ $known ->
        [yes] {" "}Ar bobl gyfarwydd.
       *[no] {""}
    }
officers-median = Y canolrif yw { $count } edrychiad.
measure-title = Pa mor bell y mae tramgwydd yn cyrraedd
measure-lead = Pwy a beth sydd yn y cofnod ar gyfer gwasanaeth neu aelod o staff yn y cyfnod hwn. Caiff preswylwyr eu cyfrif, nid eu henwi.
measure-show = Mesur
measure-events = Digwyddiadau
measure-subjects = Preswylwyr
measure-all = At ei gilydd
measure-by-service = Fesul gwasanaeth
measure-by-claim = Fesul gwasanaeth a data
measure-by-category = Fesul categori o ddata
measure-category = Categori

## Questions of residents

questions-title = Cwestiynau am edrychiadau
questions-none = Nid oes neb yn aros am ateb.
questions-waiting = Yn aros am ateb
questions-asked = Gofynnwyd
questions-due = Ateb erbyn
questions-one = Cwestiwn am edrychiad
questions-find = Chwiliwch y cofnod am y digwyddiad cyn ateb.
questions-search = Chwilio’r cofnod amdano
questions-answer = Ateb
questions-answer-hint = Mae’r preswylydd yn darllen hwn yn ei gyfrif neu ei chyfrif. Dim mwy na 4,000 nod.
questions-send = Anfon yr ateb
wrong-answer = Rhowch ateb o ddim mwy na 4,000 nod
wrong-known = Rydych wedi datgan eich bod yn adnabod y person hwn. Rhaid i rywun arall ateb
wrong-own-look = Mae hyn yn ymwneud ag edrychiad gennych chi. Rhaid i rywun arall ei ateb

## Objections to sharing

objections-title = Gwrthwynebiadau i rannu
objections-lead = Mae rhannu’n cael ei oedi tra bo gwrthwynebiad yn aros. Rhaid ateb pob un o fewn mis.
objections-none = Nid oes gwrthwynebiad yn aros.
objections-waiting = Yn aros am benderfyniad
objections-made = Gwnaed ar
objections-purpose = Diben
objections-due = Ateb erbyn
objections-where = Amser ar ôl
objections-overdue = Yn hwyr
objections-left =
    { $days ->
        [0] Llai na diwrnod
        [two] { $days } ddiwrnod
       *[other] { $days } diwrnod
    }
objections-written = Mae’r gwrthwynebiad wedi’i benderfynu. Anfonir e-bost at y preswylydd.
objections-unwritten = Mae’r gwrthwynebiad wedi’i benderfynu, ond nid oes gennym gyfeiriad e-bost i’r preswylydd. Ysgrifennwch drwy’r post.
objections-one = Gwrthwynebiad i rannu
objections-read = Darllen yr hyn a ysgrifennodd y preswylydd
objections-read-lead = Mae’r preswylydd yn gweld eich bod wedi’i ddarllen, a pham.
objections-open = Ei ddarllen
objections-wrote = Yr hyn a ysgrifennodd y preswylydd
objections-silent = Nid ysgrifennwyd dim.
objections-gone = Nid yw’r hyn a ysgrifennwyd yn cael ei gadw mwyach.
objections-record = Agor cofnod y preswylydd
objections-decision = Penderfyniad
objections-law = Dim ond os oes gennym seiliau dilys cryf sy’n drech na buddiannau, hawliau a rhyddidau’r preswylydd, neu os oes angen y manylion arnom ar gyfer hawliadau cyfreithiol, y cawn barhau (GDPR y DU, Erthygl 21(1)).
objections-decision-question = Beth yw’r penderfyniad?
objections-upheld = Ei gadarnhau
objections-upheld-hint = Nid yw’r gwasanaeth yn cael dim mwy at y diben hwn nes i’r preswylydd ei ganiatáu.
objections-rejected = Ei wrthod
objections-rejected-hint = Mae’r gwasanaeth yn cael y manylion eto.
objections-grounds = Seiliau cryf, os ydych yn ei wrthod
objections-grounds-hint = Mae’r preswylydd yn darllen y geiriau hyn yn y penderfyniad. Dim mwy na 1,000 nod.
objections-decide = Penderfynu a hysbysu’r preswylydd
wrong-objection-hidden = Dewiswch reswm nad yw’n cael ei gadw oddi wrth y preswylydd: mae hyn yn ymwneud â hawl sydd gan y preswylydd
wrong-objection-decision = Dewiswch beth a benderfynwyd
wrong-objection-grounds = Rhowch y seiliau mewn dim mwy na 1,000 nod

## Looks that are kept from residents

delays-title = Edrychiadau nad yw preswylwyr yn eu gweld eto
delays-lead = Caiff pob un ei ddangos i’r preswylydd ar y diwrnod isod, oni bai bod dau berson yn edrych arno eto cyn hynny.
delays-none = Nid oes dim yn cael ei gadw oddi wrth neb.
delays-apart = Edrychiad { $nth } o { $all }
delays-since = Ers
delays-until = Dangosir ar
delays-release = Ei ddangos i’r preswylydd nawr
delays-ask = Gofyn i ail berson ei gadw’n ôl yn hirach
delays-renew = Ei gadw’n ôl yn hirach
approvals-kind-delay = Mae edrychiad yn parhau i gael ei gadw oddi wrth y preswylydd

## Members of staff

members-title = Pwy sydd ar y staff
members-all = Aelodau o staff
members-name = Enw
members-role = Rôl
members-active = Yn gallu mewngofnodi
members-invited = Gwahoddwyd
members-removed = Dilëwyd

## Taking entries out of the record

exports-title = Tynnu cofnodion allan o’r cofnod
exports-lead = Ni ellir galw’n ôl yr hyn sydd wedi gadael. Dywedwch pam mae ei angen arnoch, gofynnwch i ail berson, a’i dynnu allan unwaith o fewn 24 awr i ofyn.
exports-inset = Mae’r hyn sy’n ymwneud â phreswylwyr yn aros dan sêl gyda ni. Mae’r ffeil yn dal y cofnodion gyda phreswylwyr fel llythrennau a rhifau, a phopeth sy’n eu profi.
exports-new = Gofyn am allforio
exports-ask = Gofyn i ail berson
exports-take = Ei dynnu allan
exports-form = Ffeil
exports-form-json = Llinellau JSON yn unig, sy’n eu profi eu hunain
exports-form-csv = Gyda thabl ar gyfer taenlen (CSV)
exports-form-syslog = Gyda negeseuon syslog
exports-form-ocsf = Gyda gwrthrychau OCSF
exports-form-cef = Gyda llinellau CEF
exports-year = Log
exports-from = O’r mynegai hwn (dewisol)
exports-asked-from = O fynegai
exports-to = Hyd at y mynegai hwn, heb ei gynnwys (dewisol)
exports-asked-to = Hyd at fynegai, heb ei gynnwys
exports-range-hint = Gadewch y ddau yn wag ar gyfer y log cyfan, neu dywedwch o ba bryd hyd pryd isod.
exports-filters = Dewiswyd yn ôl
approvals-see = Gweld cofnod y preswylydd, wedi’i guddio
approvals-person = Dangosir i’r preswylydd eich bod wedi edrych, oni bai bod yr edrychiad wedi’i guddio ar sail gyfreithiol fel yr un y gofynnir i chi amdano.
approvals-nobody = Nid oes neb yn mewngofnodi gyda’r hyn a roddwyd, neu mae’r cyfrif wedi mynd.
wrong-index = Rhowch rif cyfan
wrong-range = Nid oes cofnodion yno, neu mae mwy na 10,000 yn cyd-fynd â’ch dewis. Newidiwch yr ystod neu’r dewis
console-no-range = Nid oes dim i’w dynnu allan
console-no-range-text = Nid yw’r cofnodion yno, neu mae mwy na 10,000 yn cyd-fynd â’r hyn a ddewiswyd. Gofynnwch am ystod arall.

## Arwyddion i wasanaethau

signals-title = Gwasanaethau i’w hysbysu
signals-lead = Pan gaiff cydsyniad ei dynnu’n ôl, gwerth ei gywiro neu pan benderfynir dileu, hysbysir pob gwasanaeth a gafodd y data. Mae’r dudalen hon yn rhestru’r rhai nad ydynt wedi cael eu hysbysu, heb ateb, neu wedi gwrthod.
signals-none = Nid oes unrhyw wasanaeth yn hwyr.
signals-overdue = Yn hwyr
signals-service = Gwasanaeth
signals-kind = Beth a ddywedir wrtho
signals-since = Newidiwyd ar
signals-state = Sefyllfa
signals-tries = Ceisiadau
signals-by-hand = Gwasanaethau nad ydynt yn derbyn arwyddion, neu ddim pob un
signals-kinds = I’w hysbysu â llaw
signals-no-service = Mae pob gwasanaeth sydd â data yn derbyn pob arwydd.
signals-one = Gwasanaeth i’w hysbysu
signals-told = Hysbyswyd ar
signals-answered = Atebodd ar
signals-why = Ei reswm
signals-sub = Y person, fel y mae’r gwasanaeth yn ei adnabod
signals-change = Newid
signals-of-change = Pwy a hysbyswyd o’r newid hwn
signals-services = Gwasanaethau
signals-not-yet = Ddim eto
signals-settle = Rwyf wedi hysbysu’r gwasanaeth
signal-consent-withdrawn = Tynnwyd cydsyniad yn ôl
signal-sharing-paused = Oedwyd y rhannu
signal-sharing-resumed = Mae’r rhannu’n parhau
signal-attribute-corrected = Cywirwyd gwerth
signal-processing-restricted = Cyfyngwyd ar brosesu
signal-restriction-lifted = Daeth cyfyngiad i ben
signal-account-closed = Caewyd y cyfrif
signal-erasure-decided = Penderfynwyd dileu
signal-state-waiting = Heb ei hysbysu eto
signal-state-delivered = Hysbyswyd, heb ddweud ei fod wedi’i wneud
signal-state-done = Wedi’i wneud
signal-state-refused = Gwrthodwyd
signal-state-no-answer = Dim ateb mewn 14 diwrnod
signal-state-by-hand = Rhaid ei hysbysu â llaw
