### Pob gair y mae preswylydd yn ei ddarllen, yn Gymraeg. Mae'r un negeseuon yn `en.ftl`.

## O gwmpas pob tudalen

error-prefix = Gwall:
error-word = Gwall
skip-link = Neidio i'r prif gynnwys
account-region = Cyfrif
navigation = Dewislen
languages = Iaith
signed-in-as = Wedi mewngofnodi fel { $name }
signs-out-at = Os na wnewch chi ddim, byddwn yn eich allgofnodi am { $time }.
idle-title = Byddwch yn cael eich allgofnodi cyn bo hir
idle-stay = Aros wedi mewngofnodi
idle-end = Rydych wedi bod wedi mewngofnodi cyhyd ag y caniatawn. Byddwn yn eich allgofnodi am { $time }. Gorffennwch yr hyn rydych yn ei wneud, yna mewngofnodwch eto.
sign-in = Mewngofnodi
sign-out = Allgofnodi
back = Yn ôl
continue = Parhau
change = Newid
done = Wedi'i wneud
warning = Rhybudd
there-is-a-problem = Mae problem
start-again = Mynd i'r dechrau
sign-in-again = Mewngofnodi eto
return-to = Dychwelyd i { $service }
footer-title = Am y wefan hon
other-ways = Ffyrdd eraill o wneud hyn
by-phone = Ffôn
in-person = Wyneb yn wyneb
by-post = Post
minutes = { $count } munud
hours = { $count } awr

## Hafan

home-title = Mewngofnodi unwaith ar gyfer pob gwasanaeth cyngor
home-lead = Un cyfrif ar gyfer gwasanaethau ar-lein { $council }.
home-one-account = Rydych yn mewngofnodi unwaith ac yn cyrraedd pob gwasanaeth sy'n ei ddefnyddio.
home-see-what = Gallwch weld beth a gafodd pob gwasanaeth amdanoch, a phryd.
home-ask-first = Rydym yn dweud wrthych beth y bydd gwasanaeth yn ei gael cyn iddo ei gael.
create-account = Creu cyfrif

## Mewngofnodi

sign-in-title = Mewngofnodi i ddefnyddio { $service }
sign-in-apart = Rydych wedi mewngofnodi eisoes, ond cedwir { $service } ar wahân i wasanaethau eraill, fel na all neb arall ei agor yn y porwr hwn. Rhowch eich cyfrinair eto i fynd ymlaen.
sign-in-reset = Mae eich cyfrinair wedi cael ei newid. Mewngofnodwch gyda’r un newydd.
sign-in-or = Os nad oes gennych gyfrif eto:
email = Cyfeiriad e-bost
email-hint = Byddwn yn anfon cod ato.
email-new = Cyfeiriad e-bost newydd
password = Cyfrinair
own-device = Fy nyfais i fy hun yw hon
own-device-hint = Byddwn yn eich cadw wedi mewngofnodi am fwy o amser. Gadewch hwn yn wag ar gyfrifiadur y mae eraill yn ei ddefnyddio.
forgotten-link = Rwyf wedi anghofio fy nghyfrinair
shared-help = Rwy'n rhannu fy nghyfeiriad e-bost â rhywun
shared-help-text = Os gwnaethoch ddewis enw mewngofnodi, rhowch hwnnw yn lle eich cyfeiriad e-bost.

## Creu cyfrif

create-notice = Mae { $council } yn defnyddio eich enw a'ch cyfeiriad e-bost i redeg eich cyfrif a'i gadw'n ddiogel. Dim ond ar ôl i ni ddweud wrthych, neu ofyn i chi, y bydd gwasanaeth yn eu cael.
create-notice-link = Sut rydym yn defnyddio eich gwybodaeth
full-name = Enw llawn
shared-title = Dewis enw mewngofnodi
shared-lead = Mae gan rywun gyfrif gyda { $address } yn barod. Gallwch rannu'r cyfeiriad os byddwch yn mewngofnodi ag enw sy'n eiddo i chi.
shared-recovery = Ni ellir defnyddio cyfeiriad sy'n cael ei rannu i fynd yn ôl i'ch cyfrif os byddwch yn anghofio eich cyfrinair. Gallwch gysylltu â ni o hyd.
sign-in-name = Enw mewngofnodi
sign-in-name-hint = Defnyddiwch 4 neu fwy o lythrennau, rhifau, dotiau neu gysylltnodau.

## Codau

code-title = Edrychwch ar eich e-bost
code-sent = Rydym wedi anfon e-bost at { $address }. Os oes cod 6 digid ynddo, rhowch y cod yma. Mae'n gweithio am { $length }.
code-sent-reset = Os gallwch fynd yn ôl i gyfrif drwy ddefnyddio { $address }, rydym wedi anfon e-bost atoch â chod 6 digid ynddo. Rhowch y cod yma. Mae'n gweithio am { $length }.
code = Cod
code-hint = 6 digid. Nid yw bylchau o bwys.
code-help = Os nad yw'r cod wedi cyrraedd neu os oes angen mwy o amser arnoch
code-help-text = Edrychwch yn eich ffolder sbam yn gyntaf. Nid ydym yn anfon mwy na 3 e-bost yr awr i gyfeiriad: os yw wedi cael cynifer â hynny, arhoswch awr a gofynnwch eto. Mae cod cynharach yn dal i weithio nes bod ei amser ei hun ar ben.
code-resend = Anfon cod newydd
code-longer = Mae angen mwy o amser arnaf
code-resent = Os gallwn anfon e-bost newydd atoch, mae ar ei ffordd. Os na fydd yn cyrraedd, edrychwch yn eich ffolder sbam, neu arhoswch awr a gofynnwch eto.
code-longer-given = Os ydym wedi anfon cod atoch, mae bellach yn gweithio am { $length }. Os oedd eisoes wedi peidio â gweithio, gofynnwch am un newydd.
code-elsewhere = Gallwch hefyd orffen ar ddyfais arall. Mae cyfeiriad y dudalen yn yr e-bost:
finish-title = Gorffen creu eich cyfrif
finish-lead = Rhowch y cyfeiriad e-bost y dechreuoch ag ef a'r cod a anfonwyd ato.
finish-resent = Os dechreuoch greu cyfrif gyda'r cyfeiriad hwn yn ystod y 24 awr ddiwethaf, rydym wedi anfon e-bost ato.
finish-link = Dechreuais ar ddyfais arall ac rwyf am orffen yma

## Cyfrineiriau

password-create-title = Creu cyfrinair
password-reset-title = Dewis cyfrinair newydd
password-change-title = Newid eich cyfrinair
password-current = Cyfrinair presennol
password-new = Cyfrinair newydd
password-hint = Defnyddiwch 8 nod neu fwy. Mae tri gair ar hap yn ddewis da.
password-change-effect = Byddwn yn eich allgofnodi ym mhob man arall.
password-show = Dangos
password-hide = Cuddio
password-show-label = Dangos y cyfrinair
password-hide-label = Cuddio'r cyfrinair
password-shown = Mae eich cyfrinair i'w weld
password-hidden = Mae eich cyfrinair wedi'i guddio
forgotten-title = Cael cyfrinair newydd
forgotten-lead = Rhowch eich cyfeiriad e-bost. Os oes cyfrif ganddo, byddwn yn anfon cod atoch.

## Cyn i ddim adael am wasanaeth

the-service = y gwasanaeth
inform-title = Parhau i { $service }
inform-gets = Bydd { $service } yn cael:
inform-nothing = Ni fydd { $service } yn cael dim amdanoch, heblaw mai chi sydd yno eto.
purpose = Mae’n defnyddio’r manylion hyn er mwyn { $purpose }.
notice-link = Hysbysiad preifatrwydd
service-policy = Polisi preifatrwydd ar { $host } (yn agor mewn tab newydd)
service-terms = Telerau ar { $host } (yn agor mewn tab newydd)
continue-as = Parhau fel { $name }
not-me = Nid { $name } ydw i
consent-title = Rhannu eich manylion â { $service }
consent-lead = Mae { $service } yn gofyn am:
consent-free = Eich dewis chi ydyw. Os dywedwch na, gallwch ddefnyddio'r gwasanaeth o hyd. Gallwch newid eich meddwl ar unrhyw adeg yn eich cyfrif, dros y ffôn, wyneb yn wyneb neu drwy'r post.
consent-question = A ydych yn cytuno i rannu'r manylion hyn?
consent-yes = Ydw, rhannwch nhw
consent-no = Nac ydw, peidiwch â'u rhannu
form-post-title = Yn eich dychwelyd i'r gwasanaeth

basis = Sail gyfreithiol
basis-public_task = Mae'r gyfraith yn gadael iddo ddefnyddio'r manylion hyn at ei ddyletswyddau cyhoeddus.
basis-legal_obligation = Mae'r gyfraith yn mynnu ei fod yn cael y manylion hyn.
basis-contract = Mae angen y manylion hyn arno i roi i chi'r hyn y gofynnoch amdano.
basis-vital_interests = Mae angen y manylion hyn arno i ddiogelu bywyd rhywun.
basis-legitimate_interests = Mae ganddo fuddiant dilys mewn defnyddio'r manylion hyn.
basis-consent = Dim ond gyda chydsyniad.

claim-sub = Rhif sy'n sefyll drosoch yn y gwasanaeth hwn
claim-name = Enw llawn
claim-given_name = Enw cyntaf
claim-family_name = Cyfenw
claim-email = Cyfeiriad e-bost
claim-email_verified = Cyfeiriad e-bost wedi'i wirio
claim-phone_number = Rhif ffôn
claim-phone_number_verified = Rhif ffôn wedi'i wirio
claim-address = Cyfeiriad
claim-birthdate = Dyddiad geni
claim-locale = Iaith
claim-updated_at = Newidiwyd ddiwethaf

## Eich cyfrif

account-title = Eich cyfrif
account-services = Gwasanaethau rydych wedi'u defnyddio
account-no-services = Nid ydych wedi defnyddio unrhyw wasanaeth eto.
account-sessions = Ble rydych wedi mewngofnodi
received-nothing = Nid yw wedi cael dim amdanoch, heblaw mai chi sydd yno.
received-before = Nid yw wedi cael dim amdanoch yn ddiweddar. Nid yw unrhyw beth a gafodd o'r fan hon o'r blaen wedi'i restru mwyach.
given-on = Rhoddwyd ar { $date } am { $time }
on-at = { $date } am { $time }
last-used = Defnyddiwyd ddiwethaf
device-both = { $browser } ar { $system }
device-named = { $kind }, { $name }
device-phone = Ffôn
device-tablet = Llechen
device-mobile = Ffôn neu lechen
device-computer = Cyfrifiadur
device-unknown = Porwr anhysbys
this-device = Y ddyfais hon
session-since = Mewngofnodwyd ar { $date } am { $time }.
session-seen = Defnyddiwyd ddiwethaf ar { $date } am { $time }.
session-own = Dywedoch mai eich dyfais chi yw hon.
session-shared = Gall eraill ddefnyddio'r ddyfais hon.
session-services = Defnyddiwyd ar gyfer: { $services }
sessions-end-others = Allgofnodi ym mhob man arall
sessions-end-all = Allgofnodi ym mhob man
sessions-end-all-effect = Os credwch fod rhywun arall yn defnyddio eich cyfrif, allgofnodwch ym mhob man, ar y ddyfais hon hefyd. Yna dewiswch gyfrinair newydd.
session-end = Allgofnodi { $device }
change-email-hidden = y cyfeiriad e-bost
change-password-hidden = y cyfrinair
email-change-title = Newid eich cyfeiriad e-bost
email-change-lead = Eich cyfeiriad e-bost yw { $address }. Byddwn yn anfon cod at yr un newydd, ac yn rhoi gwybod i'r hen un.
undo-title = Dadwneud y newid i'r cyfeiriad e-bost
undo-lead = Bydd eich cyfrif yn mynd yn ôl i { $address }. Byddwn yn eich allgofnodi ym mhob man.
undo-button = Dadwneud y newid
undo-done-title = Mae'r newid wedi'i ddadwneud
undo-done = Mae eich cyfrif yn defnyddio { $address } eto. Rydych wedi'ch allgofnodi ym mhob man.
undo-next = Dewis cyfrinair newydd
news-created = Rydych wedi creu eich cyfrif.
news-password_changed = Rydych wedi newid eich cyfrinair.
news-email_changed = Rydych wedi newid eich cyfeiriad e-bost.
news-session_ended = Rydych wedi allgofnodi'r ddyfais honno.
news-others_ended = Rydych wedi allgofnodi ym mhob man arall.
not-mine-title = Allgofnodi dyfais nad ydych yn ei hadnabod
not-mine-lead = Byddwn yn allgofnodi'r ddyfais roedd ein e-bost yn sôn amdani. Bydd dyfeisiau eraill yn aros wedi mewngofnodi.
not-mine-button = Allgofnodi'r ddyfais honno
not-mine-done-title = Mae'r ddyfais honno wedi'i hallgofnodi
not-mine-done = Efallai fod rhywun arall yn gwybod eich cyfrinair. Dewiswch un newydd nawr.

## Yr ail gam

second-step = Ail gam
second-step-hidden = yr ail gam
second-step-is-on = Ymlaen
second-step-is-off = I ffwrdd
second-step-title = Rhowch eich ail god
second-step-why = Mae angen i { $service } fod yn fwy sicr mai chi sydd yno.
second-step-wish = Hoffai { $service } fod yn fwy sicr mai chi sydd yno.
second-step-lead = Agorwch eich ap dilysu a rhowch y cod 6 digid y mae'n ei ddangos.
second-step-code = Cod o'ch ap dilysu
second-step-hint = 6 digid o'r ap, neu un o'ch codau adfer. Nid yw bylchau o bwys.
second-step-lost = Os nad yw eich ap gennych
second-step-lost-text = Rhowch un o'r codau adfer a argraffwyd neu a ysgrifennwyd gennych. Mae pob un yn gweithio unwaith. Os ydych wedi defnyddio pob un, cysylltwch â ni.
second-step-new-title = Gosod ail gam
second-step-change-title = Newid eich ail gam
second-step-needed = Mae angen i { $service } fod yn fwy sicr mai chi sydd yno nag y gall cyfrinair ei wneud. Unwaith y byddwch yn gosod hyn, ac mae'n cymryd tua 3 munud.
second-step-wished = Hoffai { $service } fod yn fwy sicr mai chi sydd yno. Gallwch osod ail gam yn awr, neu fynd ymlaen hebddo.
second-step-what = Pan fyddwch yn mewngofnodi, byddwn yn gofyn am eich cyfrinair ac yna am god o ap. Ni all neb fynd i mewn â'ch cyfrinair yn unig.
second-step-app = Mae angen ap dilysu arnoch ar ffôn, llechen neu gyfrifiadur. Mae rhai am ddim. Os na allwch ddefnyddio un, defnyddiwch y ffyrdd eraill ar y dudalen hon.
second-step-since = Gosodwyd eich ail gam ar { $date }.
second-step-codes-left = { $count ->
    [0] Nid oes gennych godau adfer ar ôl.
   *[other] Nifer y codau adfer sydd gennych ar ôl: { $count }.
 }
second-step-act = Beth ydych chi am ei wneud?
second-step-replace = Defnyddio ap arall
second-step-codes = Cael codau adfer newydd
second-step-remove = Dileu'r ail gam
second-step-remove-hint = Ni fyddwch yn cyrraedd gwasanaethau y mae ei angen arnynt. Byddwn yn eich allgofnodi ym mhob man arall.
second-step-skip = Mynd ymlaen heb ail gam
second-step-connect-title = Cysylltu eich ap
second-step-scan = Yn eich ap dilysu, ychwanegwch gyfrif a sganiwch y llun hwn.
second-step-picture = Cod QR. Mae'r un cod ar y dudalen hon fel llythrennau a rhifau.
second-step-type = Os na allwch ei sganio, rhowch y cod hwn yn yr ap. Dewiswch “yn seiliedig ar amser” os yw'n gofyn.
second-step-first-code = Y cod y mae'r ap yn ei ddangos yn awr
recovery-codes-title = Argraffwch neu ysgrifennwch eich codau adfer
recovery-codes-lead = Os collwch eich ap, bydd un o'r codau hyn yn eich gadael i mewn. Mae pob un yn gweithio unwaith.
recovery-codes-once = Ni fyddwn yn dangos y codau hyn eto. Nid yw rhai cynharach yn gweithio mwyach.
recovery-codes-keep = Cadwch nhw lle na all eraill ddod o hyd iddynt, ac nid gyda'ch cyfrinair.
news-second_step_on = Rydych wedi gosod ail gam.
news-second_step_off = Rydych wedi dileu'r ail gam.

## Allgofnodi

logout-title = Ydych chi am allgofnodi?
logout-services = Byddwch yn cael eich allgofnodi o'ch cyfrif ac o:
logout-lead = Byddwch yn cael eich allgofnodi o'ch cyfrif.
logout-stay = Aros wedi mewngofnodi
signed-out-title = Rydych wedi allgofnodi
signed-out-services = Rydym wedi rhoi gwybod i'r gwasanaethau a ddefnyddiwyd gennych:
signed-out-telling = Rydym yn rhoi gwybod i'r gwasanaethau a ddefnyddiwyd gennych. Mae'r rhai sy'n dweud “Wedi allgofnodi” wedi cadarnhau hynny:
signed-out-confirmed = Wedi allgofnodi
signed-out-waiting = Yn aros am ateb
signed-out-not_reached = Nid oedd modd ei gyrraedd
signed-out-missed = Efallai eich bod yn dal wedi mewngofnodi i wasanaeth nad oedd modd ei gyrraedd. Allgofnodwch yno hefyd.
signed-out-frame = Allgofnodi o { $service }
signed-out-shared = Os yw eraill yn defnyddio'r cyfrifiadur hwn, caewch bob ffenestr porwr.
check-again = Gwirio eto

## Pan na fydd yn mynd ymlaen

locked-network = Mae gormod o gyfrifon wedi'u dechrau o'ch cysylltiad rhyngrwyd.
locked-sign-in = Os oes gennych gyfrif eisoes, nid oes rhaid i chi aros:
locked-account = Bu gormod o gyfrineiriau anghywir ar gyfer y cyfrif hwn, felly rydym wedi ei gau am gyfnod byr.
locked-until = Gallwch roi cynnig arall arni am { $time }.
locked-reset = Nid oes rhaid i chi aros os dewiswch gyfrinair newydd:
expired-flow = Mae'r mewngofnodi hwn ar ben: cafodd ei orffen, neu cymerodd fwy o amser nag y mae'r gwasanaeth yn ei ganiatáu.
expired-journey = Efallai eich bod wedi gorffen hyn yn barod, neu wedi mynd ymlaen ag ef ar ddyfais arall. Fel arall, mae gormod o amser wedi mynd heibio, ac nid ydym wedi cadw'r hyn a roddoch.
expired-sign-in = Os ydych wedi gorffen, gallwch fewngofnodi:
expired-link = Mae'r ddolen hon wedi'i defnyddio neu'n rhy hen.
expired-session = Nid ydych wedi defnyddio eich cyfrif ers tro, felly rydym wedi eich allgofnodi i'w gadw'n ddiogel.
expired-kept = Os gwnaethoch greu cyfrif, mae yno o hyd.
expired-restart = Dechrau { $service } eto
problem-ours = Aeth rhywbeth o'i le ar ein hochr ni.
problem-ours-do = Rhowch gynnig arall arni yn nes ymlaen. Efallai na chafodd yr hyn a roddoch ei gadw.
problem-not_this_browser = Mae'r dudalen hon yn perthyn i borwr arall, neu i fewngofnodi sydd wedi dod i ben. Does dim o'i le ar eich cyfrif.
problem-not_this_browser-do = Ewch yn ôl i'r gwasanaeth yr hoffech ei ddefnyddio a dechreuwch eto, neu ewch ymlaen o'r fan hon:
problem-bad_request = Anfonodd y gwasanaeth y daethoch ohono gais na allwn ei ddefnyddio.
problem-bad_request-do = Ewch yn ôl i'r gwasanaeth a rhowch gynnig arall arni. Os bydd yn digwydd eto, dywedwch wrth y gwasanaeth.
problem-stale_form = Daeth y ffurflen hon o wefan arall, neu bu ei thudalen ar agor yn rhy hir.
problem-stale_form-do = Os nad chi a'i hanfonodd, caewch y dudalen hon. Fel arall, ewch yn ôl, llwythwch y dudalen eto ac anfonwch y ffurflen eto.
problem-somebody_else = Agorwyd y dudalen hon gan rywun arall, nid gan y person sydd wedi mewngofnodi nawr. Nid ydym wedi anfon na newid dim.
problem-somebody_else-do = Os yw pobl eraill yn defnyddio'r cyfrifiadur hwn hefyd, allgofnodwch pan fyddwch wedi gorffen. Ewch i'ch cyfrif eich hun a gwnewch yno yr hyn roeddech am ei wneud.
problem-too_large = Mae'r hyn a anfonoch yn rhy fawr.
problem-too_large-do = Ewch yn ôl ac anfonwch lai.
problem-unusable = Ni allem ddefnyddio'r hyn a anfonodd eich porwr atom.
problem-unusable-do = Ewch yn ôl a rhowch gynnig arall arni. Os bydd yn digwydd eto, cysylltwch â ni.
problem-not_allowed = Ni allwch wneud hyn â'ch cyfrif.
problem-not_allowed-do = Cysylltwch â ni os credwch y dylech allu ei wneud.
problem-not_enough_proof = Mae angen mwy o brawf o bwy ydych chi ar y gwasanaeth hwn nag sydd gan eich cyfrif.
problem-not_enough_proof-do = Defnyddiwch un o'r ffyrdd eraill ar y dudalen hon.
reference = Os byddwch yn cysylltu â ni, rhowch y cyfeirnod hwn:
not-found = Ni allwn ddod o hyd i'r dudalen hon.
not-found-do = Os gwnaethoch deipio'r cyfeiriad, gwnewch yn siŵr ei fod yn gywir. Os gwnaethoch ei ludo, gwnewch yn siŵr eich bod wedi copïo'r cyfan.
busy = Mae gormod o bobl yn defnyddio'r gwasanaeth hwn ar hyn o bryd.
busy-do = Arhoswch funud a rhowch gynnig arall arni. Ni chollwyd dim a wnaethoch.

## Beth sydd o'i le ar yr hyn a deipiwyd

wrong-name-missing = Rhowch eich enw llawn
wrong-name-too-long = Rhaid i'r enw llawn fod yn 100 nod neu lai
wrong-name-unshowable = Mae nod yn yr enw llawn na ellir ei ddangos. Teipiwch ef eto
wrong-email-missing = Rhowch eich cyfeiriad e-bost
wrong-email-malformed = Rhowch gyfeiriad e-bost yn y ffurf gywir, fel enw@example.com
wrong-email-same = Rhowch gyfeiriad e-bost nad yw'r un sydd gennych yn awr
wrong-sign-in-name-missing = Rhowch enw mewngofnodi
wrong-sign-in-name-malformed = Rhaid i'r enw mewngofnodi fod yn 4 neu fwy o lythrennau, rhifau, dotiau neu gysylltnodau
wrong-sign-in-name-taken = Mae'r enw mewngofnodi hwn gan rywun arall. Dewiswch un arall
wrong-password-missing = Rhowch gyfrinair
wrong-sign-in = Nid yw'r cyfeiriad e-bost neu'r cyfrinair yn gywir
wrong-current-password-missing = Rhowch eich cyfrinair presennol
wrong-current-password = Nid yw'r cyfrinair presennol yn gywir
wrong-password-too-short = Rhaid i'r cyfrinair fod yn 8 nod neu fwy
wrong-password-too-long = Rhaid i'r cyfrinair fod yn fyrrach na 1,024 nod
wrong-password-common = Mae'r cyfrinair hwn yn hawdd ei ddyfalu. Dewiswch un arall
wrong-password-breached = Mae'r cyfrinair hwn ar restr o gyfrineiriau a ddygwyd. Dewiswch un arall
wrong-password-like-you = Rhaid i'r cyfrinair beidio â bod yn debyg i'ch enw neu'ch cyfeiriad e-bost
wrong-password-same = Dewiswch gyfrinair nad yw'r un presennol
wrong-code-missing = Rhowch y cod o'r e-bost
wrong-code-malformed = Rhaid i'r cod fod yn 6 digid
wrong-code = Nid yw'r cod yn gywir. Edrychwch ar yr e-bost a rhowch gynnig arall arni
wrong-code-expired = Mae'r cod yn rhy hen. Gofynnwch am un newydd
wrong-code-used = Mae'r cod eisoes wedi'i ddefnyddio. Gofynnwch am un newydd
wrong-code-wait = Bu gormod o godau anghywir. Rhowch gynnig arall arni am { $time }
wrong-step-code-missing = Rhowch y cod o'ch ap, neu god adfer
wrong-step-code-malformed = Rhaid i'r cod fod yn 6 digid, neu'n god adfer o 10 llythyren a rhif
wrong-step-code = Nid yw'r cod yn gywir neu mae wedi'i ddefnyddio. Rhowch yr un y mae'r ap yn ei ddangos yn awr
wrong-app-code-missing = Rhowch y cod y mae'r ap yn ei ddangos
wrong-app-code = Nid yw'r cod yn gywir. Gwnewch yn siŵr bod dyfais yr ap yn dangos yr amser cywir, a rhowch y cod diweddaraf
wrong-act-missing = Dewiswch beth rydych am ei wneud
wrong-consent-missing = Dewiswch a ydych yn cytuno i rannu'r manylion hyn

## Preifatrwydd

privacy-title = Preifatrwydd
privacy-who = { $council } yw rheolydd yr wybodaeth yn eich { $account }.
privacy-what-title = Beth rydym yn ei ddal
privacy-what-name = eich enw a'ch cyfeiriad e-bost
privacy-what-details = eich dyddiad geni, eich cyfeiriad a'ch rhif ffôn, os rhoesoch chi nhw ar gyfer gwasanaeth y mae eu hangen arno
privacy-what-password = cod unffordd a wneir o'ch cyfrinair, byth y cyfrinair ei hun
privacy-what-second-step = os byddwch yn gosod ail gam, y gyfrinach y mae eich ap yn ei rhannu â ni, wedi'i hamgryptio
privacy-what-shared = pa wasanaeth a gafodd pa rai o'ch manylion, pryd a pham
privacy-what-security = pryd ac o ba borwr y gwnaethoch fewngofnodi, er mwyn cadw eich cyfrif yn ddiogel
privacy-what-rights = beth ofynnoch i ni am eich hawliau neu y cwynoch amdano, a'n hatebion
privacy-why-title = Pam y cawn ei ddal
privacy-why = Mae ei angen arnom i roi cyfrif i chi ar gyfer gwasanaethau'r cyngor, sy'n rhan o'n dyletswyddau cyhoeddus.
privacy-kept = Rydym yn ei gadw cyhyd ag y mae ein hamserlen gadw yn ei ddweud.
privacy-kept-draft = Nid yw ein rheolau ynghylch pa mor hir y cadwn fanylion mewn grym eto. Nes eu bod, nid ydym yn dileu dim oherwydd ei oedran, oni bai ei fod wedi peidio â gweithio, fel hen god.
privacy-share-title = Pwy sy'n ei gael
privacy-share = Mae gwasanaeth y cyngor yn cael y manylion sydd eu hangen arno, ar ôl i ni ddweud wrthych neu ofyn i chi. Mae “Eich cyfrif” yn dangos beth a gafodd pob un. Nid ydym yn gwerthu eich gwybodaeth.
privacy-account-notice = Hysbysiad preifatrwydd eich cyfrif
privacy-notices = Mae gan bob gwasanaeth ei hysbysiad preifatrwydd ei hun:
privacy-notice = { $service }, er mwyn { $purpose }
privacy-rights-title = Eich hawliau
privacy-rights = Gallwch ofyn am gopi o'ch gwybodaeth, a gofyn i ni ei chywiro, ei chyfyngu neu ei dileu. Gallwch wrthwynebu'r ffordd rydym yn ei defnyddio. Nid yw'n costio dim.
privacy-officer = I ddefnyddio'r hawliau hyn, cysylltwch â'n swyddog diogelu data:
privacy-complain = Os nad ydych yn fodlon ar yr hyn a wnawn:
notice-version = Fersiwn { $version }

## Cwcis

cookies-title = Cwcis
cookies-what = Ffeiliau bach y mae gwefan yn eu cadw yn eich porwr yw cwcis.
cookies-only = Dim ond cwcis y mae eu hangen ar y wefan hon i weithio a ddefnyddiwn. Nid ydym yn mesur nac yn dilyn yr hyn a wnewch.
cookies-table = Cwcis a osodwn
cookies-name = Enw
cookies-purpose = Ar gyfer beth
cookies-lasts = Am ba hyd
cookie-session = Eich cadw wedi’ch mewngofnodi
cookie-session-lasts = Nes i chi gau eich porwr, neu { hours } ar eich dyfais eich hun
cookie-browser = Adnabod y porwr hwn eto, fel bod ffurflenni’n ddiogel ac na all neb arall eich cloi allan
cookie-browser-lasts = 13 mis
cookie-language = Cofio a ddewisoch Gymraeg neu Saesneg
cookie-language-lasts = 13 mis
cookie-wish = Dangos iaith y gwasanaeth y daethoch ohono, os nad ydych wedi dewis iaith yma
cookie-wish-lasts = Nes i chi ddychwelyd i’r gwasanaeth, neu 1 awr
cookie-staff = Eich cadw wedi’ch mewngofnodi
cookie-staff-lasts = Nes i chi gau eich porwr
cookie-upstream = Dod â chi’n ôl yma ar ôl i chi fewngofnodi gyda’ch cyfrif cyngor
cookie-upstream-lasts = 10 munud

## Hygyrchedd

accessibility-title = Datganiad hygyrchedd
accessibility-scope = Mae'r datganiad hwn am dudalennau { $account }, a redir gan { $council }.
accessibility-aim = Rydym am i gynifer o bobl â phosibl allu eu defnyddio. Dylech allu:
accessibility-aim-zoom = chwyddo i 400% heb i'r testun redeg oddi ar y sgrin
accessibility-aim-keyboard = gwneud popeth â bysellfwrdd yn unig
accessibility-aim-reader = clywed pob tudalen â darllenydd sgrin
accessibility-aim-script = gwneud popeth â JavaScript wedi'i ddiffodd
accessibility-how-title = Pa mor hygyrch yw'r tudalennau hyn
accessibility-known = Gwyddom nad yw rhai rhannau'n gwbl hygyrch:
accessibility-none-known = Ni wyddom am ran nad yw'n hygyrch. Nid yw hynny'n golygu nad oes un.
accessibility-contact-title = Dweud wrthym am broblem, neu ofyn am fformat arall
accessibility-contact = Anfonwch e-bost at { $email } neu ffoniwch { $phone }. Dywedwch wrthym os oes angen gwybodaeth arnoch mewn print bras, yn hawdd ei darllen, ar sain neu mewn braille. Rydym am glywed am unrhyw broblem nad ydym wedi'i rhestru.
accessibility-enforce-title = Os nad ydych yn fodlon ar ein hateb
accessibility-enforce = Y Comisiwn Cydraddoldeb a Hawliau Dynol sy'n gorfodi'r rheoliadau hygyrchedd (Rheoliadau Hygyrchedd Cyrff Sector Cyhoeddus (Gwefannau a Chymwysiadau Symudol) (Rhif 2) 2018).
accessibility-enforce-link = Cysylltu â'r Gwasanaeth Cynghori a Chymorth Cydraddoldeb
accessibility-status-title = Gwybodaeth dechnegol
accessibility-law = Mae { $council } wedi ymrwymo i wneud ei wefan yn hygyrch, fel y mae'r rheoliadau hynny'n mynnu.
accessibility-status-untested = Ni wyddom eto i ba raddau y mae'r tudalennau hyn yn bodloni lefel AA fersiwn 2.2 o'r Canllawiau Hygyrchedd Cynnwys Gwe, am nad oes neb wedi eu gwirio â llaw.
accessibility-status-full = Mae'r tudalennau hyn yn bodloni lefel AA fersiwn 2.2 o'r Canllawiau Hygyrchedd Cynnwys Gwe yn llawn.
accessibility-status-partial = Mae'r tudalennau hyn yn bodloni lefel AA fersiwn 2.2 o'r Canllawiau Hygyrchedd Cynnwys Gwe yn rhannol. Rhestrir yma yr hyn nad ydynt yn ei fodloni.
accessibility-status-none = Nid yw'r tudalennau hyn yn bodloni lefel AA fersiwn 2.2 o'r Canllawiau Hygyrchedd Cynnwys Gwe. Rhestrir yma yr hyn nad ydynt yn ei fodloni.
accessibility-fails-title = Yr hyn nad yw'n bodloni'r canllawiau
accessibility-fails = { $what } Mae hyn yn methu maen prawf llwyddiant { $criterion }. Bwriadwn ei drwsio erbyn { $date }.
accessibility-tests-title = Sut y gwnaethom brofi, a phryd
accessibility-no-checks = Ni wnaed gwiriad â llaw eto.
accessibility-people = Rhoddodd pobl anabl gynnig ar y tudalennau hyn am y tro cyntaf ar { $date }.
accessibility-no-people = Nid yw'r tudalennau hyn wedi'u profi gyda phobl anabl eto.
accessibility-prepared = Paratowyd y datganiad hwn ar { $prepared }. Fe'i hadolygwyd ddiwethaf ar { $reviewed }, a byddwn yn ei adolygu eto erbyn { $next }.

## Cwynion

complain-title = Sut i gwyno
complain-first = Dywedwch wrthym ni yn gyntaf. Anfonwch e-bost at { $email } neu ffoniwch { $phone }. Dywedwch beth a ddigwyddodd a beth yr hoffech i { $council } ei wneud.
complain-data-title = Am eich gwybodaeth
complain-data-to = Os ydych yn meddwl ein bod wedi defnyddio eich gwybodaeth mewn ffordd na ddylem, cwynwch i: { $name }.
complain-data-email = E-bost:
complain-data-phone = Ffôn:
complain-data-post = Post:
complain-data-answer = Byddwn yn rhoi gwybod i chi o fewn 30 diwrnod bod eich cwyn wedi cyrraedd. Yna byddwn yn edrych arni, yn dweud wrthych sut mae'n mynd, ac yn rhoi gwybod i chi am y canlyniad cyn gynted ag y gallwn.
complain-data-officer = Gall ein swyddog diogelu data eich helpu gyda hyn:
complain-data = Gallwch hefyd gwyno i'r rheoleiddiwr ({ $name }), neu ffonio { $phone }.
complain-data-link = Cwyno i'r rheoleiddiwr: { $name }
complain-service-title = Am unrhyw beth arall
complain-service = Os na fydd ein hateb i'ch cwyn yn ei setlo, gall ombwdsmon edrych arni heb godi tâl.
complain-england = Ombwdsmon Llywodraeth Leol a Gofal Cymdeithasol, ar gyfer cynghorau yn Lloegr
complain-wales = Ombwdsmon Gwasanaethau Cyhoeddus Cymru, ar gyfer cynghorau yng Nghymru

## Terfynau

limits-title = Beth na ellir ei ddadwneud na'i brofi
limits-lead = Mae rhai pethau y tu hwnt i'n rheolaeth. Mae'r dudalen hon yn dweud pa rai.
limits-undo-title = Beth na ellir ei ddadwneud
limits-given = Mae gwasanaeth yn cadw'r hyn a gafodd eisoes. Pan fyddwch yn tynnu eich cydsyniad yn ôl neu'n cau eich cyfrif, rydym yn dweud wrtho, ac yn nodi pryd yr atebodd.
limits-tokens = Gall gwasanaeth ddal pàs wedi'i lofnodi y gall ei wirio heb ofyn i ni. Mae'n gweithio nes y daw i ben, 5 munud ar ôl ei wneud.
limits-letters = Ni ellir galw e-bost a anfonwyd gennym yn ôl.
limits-sign-out = Gall gwasanaeth na ellir ei gyrraedd eich cadw wedi mewngofnodi nes bod ei amser ei hun ar ben.
limits-prove-title = Beth na ellir ei brofi
limits-person = Gallwn brofi bod eich cyfeiriad e-bost a'ch cyfrinair wedi'u defnyddio. Ni allwn brofi pwy a'u defnyddiodd.
limits-elsewhere = Gallwn brofi beth a roddwyd gennym i wasanaeth. Ni allwn brofi beth a wnaeth ag ef.
limits-log = Mae ein cofnod yn dangos a newidiwyd cofnodiad. Ni all ddangos yr hyn na chafodd ei ysgrifennu erioed.
limits-key = Gallai pwy bynnag sy'n rhedeg ein cyfrifiaduron ac sydd ag allwedd y cofnod ysgrifennu'r cofnod o'r newydd. Dim ond llofnodion tystion y tu allan i'r cyngor sy'n dangos hynny.

## Fectorau ymddiriedaeth

vot-title = Pa mor sicr ydym o berson
vot-lead = Tudalen i'r rhai sy'n adeiladu gwasanaethau yw hon. Mae'n dweud beth yw ystyr y gwerth “vot” rydym yn ei roi mewn tocyn adnabod (RFC 8485).
vot-means-title = Ystyr pob rhan
vot-cl = Rhoddodd ei chyfrinair. Mae ynddo 8 nod neu fwy ac nid yw ar ein rhestr o rai a ddygwyd. Mae ei chyfeiriad e-bost wedi'i brofi.
vot-cm = Gyda'r cyfrinair rhoddodd god o ap dilysu, neu god adfer. Gofynnir am y ddau bob tro y bydd yn mewngofnodi ar ôl eu gosod.
vot-p0 = Nid ydych yn gofyn am brawf o bwy yw'r person. Rydym yn derbyn y rhan hon, ac nid ydym yn ei hailadrodd yn ein hateb.
vot-p1 = Prawf o bwy yw'r person a wnaed yn rhywle arall. Ni allwn drosglwyddo un, felly mae cais am un yn methu oni bai eich bod hefyd yn enwi fector hebddo.
vot-ask-title = Sut i ofyn
vot-ask = Anfonwch arae JSON. Rhaid bodloni un o'i fectorau, er enghraifft:
vot-unmet = Os na ellir bodloni un ohonynt, byddwn yn ateb â'r gwall “unmet_authentication_requirements”. Nid ydym byth yn ateb â llai nag y gofynnoch amdano.
vot-acr-title = Yr un peth fel “acr”
vot-acr = Cl yw ein lefel A0. Cl.Cm yw ein lefel A1.

# For those who build services: titles only, the pages are in English.
docs-in-english = Tudalen i'r rhai sy'n adeiladu gwasanaethau yw hon. Mae'r testun yn Saesneg.
errors-title = Gwallau, gyda'u hachos a'u datrysiad
set-up-title = Gosod eich gwasanaeth
set-up-all = Pob cam
set-up-next = Nesaf: { $step }
set-up-level = Dewis y lefel
set-up-claims = Dewis hawliadau a sail
set-up-sector = Dewis y sector
set-up-keys = Gwneud yr allweddi
set-up-request = Anfon y cais
set-up-token = Cyfnewid y cod
set-up-userinfo = Darllen userinfo
set-up-sessions = Sesiynau ac allgofnodi
set-up-signals = Clywed am newidiadau
set-up-go-live = Cyn mynd yn fyw
