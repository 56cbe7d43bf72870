### The register, and policies that wait for a second person, in Welsh. `en_register.ftl` has the same messages.

## Pwy sy'n cael beth, a pham

register-title = Pwy sy’n cael beth, a pham
register-lead = Dyma’r hyn y mae’r polisïau mewn grym yn ei ddweud. Nid yw’r hyn nad yw yma byth yn cael ei ryddhau i wasanaeth.
register-controller = Rheolydd
register-address = Cyfeiriad
register-contact = Cyswllt
register-officer = Swyddog diogelu data
register-officer-contact = Sut i gysylltu â nhw
register-consent-age = Caiff gydsynio drosto’i hun yn { $age } oed, o
register-policies = Polisïau mewn grym
register-all = Diben, gwasanaeth a data
register-service = Gwasanaeth
register-purpose = Diben
register-claim = Yr hyn y mae’n ei gael
register-basis = Sail gyfreithlon
register-asked = Mae preswylwyr yn cael eu
register-notice = Hysbysiad
register-notice-next = Hysbysiad nesaf
register-notice-from = O
register-notice-ahead = Hysbysiad { $notice }, o
register-none = Nid yw’r gwasanaeth hwn yn cael dim ond rhif sy’n sefyll am y preswylydd.
register-because = Ar gyfer beth
register-power = Pŵer neu ddyletswydd
register-why = Pam y sail hon
register-recipient = Derbynnydd
register-recipient-is = Y derbynnydd yw
register-recipient-basis = Sail y derbynnydd ei hun
register-kept = Cedwir gan y derbynnydd am
register-expires = Mae cydsyniad yn para
register-age = Oedran
register-age-asked = gofynnir amdano cyn gofyn am gydsyniad, a dim ond ei fand a gedwir
register-whole = Data cyfan, oherwydd
length-year = { $count ->
    [one] 1 flwyddyn
    [two] 2 flynedd
    [few] 3 blynedd
    [4] 4 blynedd
    [many] 6 blynedd
   *[other] { $count } mlynedd
 }
length-month = { $count ->
    [two] 2 fis
   *[other] { $count } mis
 }
length-week = { $count } wythnos
length-day = { $count ->
    [two] 2 ddiwrnod
   *[other] { $count } diwrnod
 }
length-hour = { $count } awr
length-minute = { $count ->
    [two] 2 funud
   *[other] { $count } munud
 }
length-second = { $count } eiliad
register-dpia = Asesiad effaith
register-agreement = Cytundeb
register-special = Categori arbennig
register-told = hysbysu
register-told-objects = hysbysu, a gallant wrthwynebu
register-asks = holi, a gallant ddweud na
register-asks-later = holi yn ddiweddarach, a gallant ddweud na
register-basis-consent = Cydsyniad
register-basis-contract = Contract
register-basis-legal_obligation = Rhwymedigaeth gyfreithiol
register-basis-vital_interests = Buddiannau hanfodol
register-basis-public_task = Tasg gyhoeddus
register-why-consent = Nid oes angen hyn ar y gwasanaeth, felly’r preswylydd sy’n penderfynu. Nid yw dweud na yn costio dim iddynt.
register-why-contract = Archebodd y preswylydd y gwasanaeth, ac ni ellir ei roi heb hyn. Ni fyddai cydsyniad yn ddewis rhydd.
register-why-legal_obligation = Mae’r gyfraith yn gorfodi’r cyngor i’w wneud. Byddai cydsyniad yn cael ei geisio ac yna’i anwybyddu.
register-why-vital_interests = Mae bywyd rhywun yn dibynnu arno. Efallai na fydd neb y gellid gofyn iddynt.
register-why-public_task = Mae’n un o dasgau’r cyngor yn ôl y gyfraith, a byddai’n cael ei gwneud beth bynnag a ddywedai’r preswylydd. Ni fyddai cydsyniad yn ddewis rhydd.
register-recipient-same_controller = un o wasanaethau’r cyngor
register-recipient-processor = prosesydd i’r cyngor
register-recipient-joint = cyd-reolydd
register-recipient-separate = rheolydd yn ei rinwedd ei hun

## Polisïau sy'n aros am ail berson

proposal-title = Polisïau arfaethedig
proposal-version = Fersiwn
proposal-digest = SHA-256
proposal-changes = Yr hyn sy’n newid
proposal-file = Ffeil
proposal-change = Newid
proposal-second = Angen ail berson
proposal-touches = Pwy y mae’n effeithio arnynt
proposal-touches-nobody = Nid oes unrhyw wasanaeth yn cael mwy, llai nac ar delerau eraill.
proposal-what = Beth
proposal-standing = Preswylwyr y mae’n sefyll drostynt nawr
proposal-ages = Oedran arall y mae pobl yn cydsynio drostynt eu hunain ohono
proposal-from = O
proposal-age = Oedran
proposal-too-young = Cydsyniadau pobl a all fod yn rhy ifanc bryd hynny
proposal-age-unknown = Oedran yn anhysbys
proposal-superseded = Cydsyniadau y mae’n eu disodli
proposal-overtaken = Daeth polisïau eraill i rym ers i hyn gael ei gynnig. Rhaid ei gynnig eto.
proposal-own = Eich cynnig chi yw hwn. Rhaid i rywun arall ei gymeradwyo.
proposal-over = Penderfynwyd ar hyn, neu mae wedi dod i ben.
proposal-approve = Cymeradwyo a rhoi mewn grym
proposal-read = Darllen yr hyn y mae’n ei newid
approvals-kind-policy = Polisïau eraill yn dod i rym
approvals-kind-hold_release = Rhyddheir daliad
approvals-kind-retention_run = Mae mwy yn mynd nag y caiff un rhediad ei ddinistrio
approvals-overtaken = Mae hyn ar ben: nid yw’r daliad yn sefyll mwyach, neu nid yw’r rhediad yn aros.

## Yr hyn y mae daliad yn ei ddal, a’r hyn y byddai rhediad yn ei ddinistrio

hold-kind = Math o ddaliad
hold-kind-legal = Hawliad cyfreithiol
hold-kind-foi = Cais rhyddid gwybodaeth
hold-kind-sar = Cais neu gŵyn am ddata personol
hold-kind-audit = Archwiliad
hold-kind-fraud = Twyll
hold-kind-inquiry = Ymchwiliad
hold-reason = Pam y’i gosodwyd
hold-about = Ynghylch
hold-about-one = data un preswylydd
hold-about-all = data pawb
hold-category = Categori
hold-since = O
hold-until = Hyd at
hold-owner = Yn atebol amdano
hold-placed-by = Gosodwyd gan
hold-placed-at = Gosodwyd am
hold-review-by = I’w ystyried eto erbyn
run-planned-by = Cynlluniwyd gan
run-by-the-house = y tŷ ei hun
run-planned-at = Cynlluniwyd am
run-not-before = Nid oes dim yn mynd cyn
run-due = { $due } i’w dinistrio, { $held } wedi’u dal

## Am ba hyd y cedwir cofnodion

schedule-title = Amserlen gadw
schedule-lead = Am ba hyd y cedwir pob math o gofnod, a beth sy’n digwydd wedyn. Dyma beth mae’r polisïau mewn grym yn ei ddweud; mae teitlau a rhesymau yn aros fel y’u hysgrifennwyd.
schedule-version = Fersiwn
schedule-state = Statws
schedule-draft = Drafft: nid yw dim y gallai rhywun ofyn amdano o hyd yn cael ei ddinistrio ganddo nes bod dau berson yn sefyll y tu ôl iddo
schedule-in-force = Wedi’i chymeradwyo gan ddau berson neu fwy, ac yn cael ei gweithredu
schedule-approved-by = Cymeradwywyd gan
schedule-nobody = Neb eto
schedule-approved-ref = Cofnod neu bapur
schedule-review = I’w hadolygu erbyn
schedule-cooling = Mae rhediad yn aros cyn dinistrio am
schedule-most = Mae angen ail berson uwchlaw
schedule-most-is = { $count } o gofnodion, neu { $share } y cant o’r holl gyfrifon
schedule-rules = Rheolau
schedule-what = Cofnodion
schedule-kept = Cedwir am
schedule-from = O ba bryd
schedule-then = Wedyn
schedule-holds = Wedi’i atal gan ddaliad
schedule-basis = Sail
schedule-owner = Yn atebol
schedule-no-hold = Dim daliad
schedule-for-good = Am byth
schedule-at-once = Dim hirach
schedule-from-created = fe’i gwnaed
schedule-from-verified = fe’i profwyd
schedule-from-last_activity = defnyddiwyd y cyfrif ddiwethaf
schedule-from-expired = daeth i ben
schedule-from-removed = fe’i tynnwyd neu daeth i ben
schedule-from-closed = caewyd y cyfrif
schedule-from-death_notified = hysbyswyd y farwolaeth
schedule-from-superseded = daeth un newydd yn ei le
schedule-from-event = digwyddodd
schedule-from-delivered = fe’i danfonwyd neu rhoddwyd y gorau iddo
schedule-from-case_closed = caewyd yr achos
schedule-from-consent_ended = daeth y cydsyniad i ben
schedule-from-sharing_ended = daeth y rhannu i ben
schedule-from-last_evidence_lapsed = dinistriwyd y cofnod olaf sydd ei angen
schedule-from-shard_closed = caewyd log y flwyddyn
schedule-from-taken = fe’i cymerwyd
schedule-then-destroy = Dinistrir
schedule-then-strip_payload = Dinistrir ei fanylion; mae’r cofnod hebddynt yn aros yn y log
schedule-then-anonymise = Gwneir yn ddienw
schedule-then-aggregate = Cedwir fel cyfrifon yn unig
schedule-then-review = Mae person yn edrych arno
schedule-then-transfer = Cynigir i’r archifydd
schedule-then-permanent = Cedwir
schedule-effective = Mewn grym o
