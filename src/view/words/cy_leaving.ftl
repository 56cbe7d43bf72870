# Diwedd cyfrif.

leave-link = Cau neu ddileu eich cyfrif
leave-title = Cau neu ddileu eich cyfrif
leave-lead = Gallwch ddefnyddio gwasanaethau’r cyngor heb gyfrif o hyd, dros y ffôn, drwy’r post neu wyneb yn wyneb.
leave-goes = Beth sy’n cael ei ddileu
leave-goes-profile = eich enw a’ch holl fanylion
leave-goes-ways = eich cyfrinair a phob ffordd arall o fewngofnodi
leave-goes-sessions = ble roeddech wedi mewngofnodi, a manylion pob mewngofnodi
leave-goes-agreements = yr hyn sy’n gadael i wasanaethau gael manylion gennym
leave-services = Gwasanaethau y byddwn yn dweud wrthynt
leave-services-lead = Rydym yn gofyn i’r gwasanaethau hyn ddileu’r hyn a roesom iddynt. Efallai y bydd rhaid iddynt gadw eu cofnod eu hunain, cyhyd ag y mae eu rheolau eu hunain yn dweud.
leave-services-none = Ni chafodd unrhyw wasanaeth ddim gennym, felly nid oes neb i ddweud wrtho.
leave-kept = Beth mae’n rhaid i ni ei gadw
leave-kept-lead = Nid oes dim o hyn yn dal eich cyfrinair. Dim ond lle gwnaethoch chi eu hysgrifennu atom y mae’n dal eich enw neu’ch cyfeiriad:
leave-kept-sharing_record = beth a roddwyd i wasanaethau a pham, heb yr hyn a ddywedai, tan { $until } fan bellaf
leave-kept-signal = pa wasanaethau a gafodd wybod eich bod wedi gadael, a’u hateb, tan { $until } fan bellaf
leave-kept-access_question = beth ofynnoch i ni am bwy welodd eich data, a’n hateb, tan { $until } fan bellaf
leave-kept-enquiry_person = bod aelod o staff wedi edrych ar eich cofnod, a pham, tan { $until } fan bellaf
leave-kept-rights_case = beth ofynnoch am eich hawliau, a’n hateb, tan { $until } fan bellaf
leave-kept-log = cofnod wedi’i rifo bod rhywbeth wedi’i wneud, heb enwau, tan { $until } fan bellaf
leave-kept-backup = copïau a wnawn rhag ofn i rywbeth fethu, y gellid darllen eich manylion ohonynt tan { $until } fan bellaf
leave-kept-draft = Nid ydym yn dileu ar y dyddiau hyn eto, heblaw am y copïau: nid yw ein rheolau ynghylch pa mor hir y cadwn fanylion mewn grym.
leave-kept-erasure = bod cyfrif wedi’i ddileu, fel na all copi wrth gefn ddod ag ef yn ôl, tan { $until } fan bellaf
leave-why-sharing_record = er mwyn i ni allu dangos beth a rannwyd, a bod hawl gennym i’w rannu
leave-why-signal = er mwyn i ni allu dangos eu bod wedi cael gwybod
leave-why-access_question = er mwyn i ni allu dangos ein bod wedi’ch ateb
leave-why-enquiry_person = er mwyn gallu profi bod rhywun wedi edrych heb hawl
leave-why-rights_case = er mwyn i ni allu dangos ein bod wedi’ch ateb fel y dywed y gyfraith, ac mewn pryd
leave-why-log = er mwyn i ni allu ateb hawliadau a sylwi ar dwyll
leave-why-erasure = ac er mwyn i ni allu dangos ein bod wedi gwneud hynny
leave-why-backup = er mwyn gallu unioni’r hyn sy’n methu
leave-question = Pryd dylem ei ddileu?
leave-later = Ei gau nawr, a’i ddileu yn ddiweddarach
leave-later-hint = Ni all neb fewngofnodi mwyach. Gallwch newid eich meddwl tan { $day }.
leave-later-hint-none = Ni all neb fewngofnodi mwyach.
leave-now = Ei ddileu nawr
leave-now-hint = Ni ellir dadwneud hyn.
leave-button = Cau neu ddileu fy nghyfrif
left-closed-title = Mae eich cyfrif wedi’i gau
left-closed-lead = Byddwn yn ei ddileu ar { $day }. Tan hynny, mae’r ddolen yn yr e-bost a anfonwyd atoch yn ei agor eto.
left-closed-lead-none = Ni all neb fewngofnodi mwyach. Rydym heb bennu’r diwrnod y byddwn yn ei ddileu. Os newidiwch eich meddwl, defnyddiwch y ddolen yn yr e-bost a anfonwyd atoch cyn gynted ag y gallwch.
left-deleted-title = Mae eich cyfrif wedi’i ddileu
left-deleted-lead = Rydych wedi allgofnodi. Os crëwch gyfrif eto, un newydd fydd: nid oes dim o’r hen un yn dod yn ôl.
left-held-title = Mae eich cyfrif wedi’i gau, ac ni allwn ei ddileu eto
left-held-lead = Mae’n rhaid i ni gadw’r hyn sydd ynddo am reswm y mae’r gyfraith yn ei roi, er enghraifft achos llys neu gais am wybodaeth. Byddwn yn ei ddileu cyn gynted ag y cawn. Gallwch gwyno am hyn wrthym ni ac wrth y rheoleiddiwr.
left-services =
    { $count ->
        [one] Rydym yn dweud wrth 1 gwasanaeth.
       *[other] Rydym yn dweud wrth { $count } o wasanaethau.
    }
left-shared-device = Os ydych yn rhannu’r ddyfais hon, caewch y porwr.
reopen-title = Agor eich cyfrif eto
reopen-lead = Mae eich cyfrif wedi’i gau. Agorwch ef eto, a mewngofnodi fel o’r blaen. Bydd rhaid i chi ddweud eto beth gaiff gwasanaethau.
reopen-button = Agor fy nghyfrif eto
reopen-done-title = Mae eich cyfrif ar agor eto
reopen-done = Gallwch fewngofnodi fel o’r blaen.
wrong-when-missing = Dewiswch pryd y dylem ddileu eich cyfrif

letter-dormant-subject = Bydd eich cyfrif yn cael ei ddileu ar { $day } oni bai eich bod yn ei ddefnyddio
letter-dormant-body =
    Nid ydych wedi defnyddio eich cyfrif ers amser maith. Nid ydym yn cadw’r hyn nad oes ei angen ar neb.

    Os na wnewch ddim, byddwn yn dileu eich cyfrif ar { $day }.

    I’w gadw, mewngofnodwch unwaith cyn hynny:

    { $sign-in-url }
letter-dormant-post-subject = Bydd eich cyfrif yn cael ei ddileu ar { $day } oni bai eich bod yn ei ddefnyddio
letter-dormant-post-body =
    Nid ydych wedi defnyddio eich cyfrif ers amser maith. Nid ydym yn cadw’r hyn nad oes ei angen ar neb.

    Os na wnewch ddim, byddwn yn dileu eich cyfrif ar { $day }.

    I’w gadw, mewngofnodwch unwaith cyn hynny:

    { $sign-in-url }

    Os na allwch fewngofnodi, ffoniwch ni ar { $phone } cyn hynny. Byddwn yn ei gadw i chi.

    Rydym yn ysgrifennu atoch drwy’r post am na allem eich cyrraedd drwy e-bost.
letter-closed-subject = Mae eich cyfrif wedi’i gau
letter-closed-body =
    Rydych wedi cau eich cyfrif. Byddwn yn ei ddileu ar { $day }.

    Os newidiwch eich meddwl, neu os nad chi a wnaeth hyn, agorwch ef eto cyn hynny:

    { $reopen-url }
letter-closed-undated-subject = Mae eich cyfrif wedi’i gau
letter-closed-undated-body =
    Rydych wedi cau eich cyfrif. Ni all neb fewngofnodi mwyach. Rydym heb bennu’r diwrnod y byddwn yn ei ddileu.

    Os newidiwch eich meddwl, neu os nad chi a wnaeth hyn, agorwch ef eto cyn gynted ag y gallwch:

    { $reopen-url }
letter-erased-subject = Mae eich cyfrif wedi’i ddileu
letter-erased-body =
    Mae eich cyfrif a’r holl fanylion ynddo wedi’u dileu. Ni ellir dadwneud hyn.

    Rydym wedi gofyn i’r gwasanaethau a gafodd fanylion gennym eu dileu hefyd. Efallai y bydd rhaid iddynt gadw eu cofnod eu hunain.

    Os nad chi a wnaeth hyn, dywedwch wrthym ar unwaith.
letter-address-closed-subject = Mae eich cyfrif wedi’i gau
letter-address-closed-body =
    Ceisiodd rhywun, chi yn ôl pob tebyg, greu cyfrif gyda’r cyfeiriad e-bost hwn. Mae cyfrif ganddo eisoes, sydd wedi’i gau. Ni all neb fewngofnodi iddo.

    Gallwch agor y cyfrif hwnnw eto tan { $reopen-until } ar { $reopen-until-date }, ac yna mewngofnodi fel o’r blaen:

    { $reopen-url }

    Os ydych yn rhannu’r cyfeiriad e-bost hwn â rhywun ac am gael eich cyfrif eich hun:

    { $shared-url }

    Mae’r ail ddolen yn gweithio tan { $until }.

    Os nad chi oedd hyn, gallwch anwybyddu’r e-bost hwn. Nid oes dim wedi newid.
letter-address-closed-over-subject = Mae eich cyfrif wedi’i gau
letter-address-closed-over-body =
    Ceisiodd rhywun, chi yn ôl pob tebyg, greu cyfrif gyda’r cyfeiriad e-bost hwn. Mae cyfrif ganddo eisoes, sydd wedi’i gau. Ni all neb fewngofnodi iddo, ac nid yw’r ddolen a oedd yn ei agor eto yn gweithio mwyach.

    Os ydych am gael y cyfrif hwnnw yn ôl, ffoniwch ni ar { $phone }. Ar ôl iddo gael ei ddileu, gallwch greu un newydd gyda’r cyfeiriad e-bost hwn.

    Os ydych yn rhannu’r cyfeiriad e-bost hwn â rhywun ac am gael eich cyfrif eich hun:

    { $shared-url }

    Mae’r ddolen yn gweithio tan { $until }.

    Os nad chi oedd hyn, gallwch anwybyddu’r e-bost hwn. Nid oes dim wedi newid.
letter-reset-closed-subject = Mae eich cyfrif wedi’i gau
letter-reset-closed-body =
    Gofynnodd rhywun, chi yn ôl pob tebyg, am gyfrinair newydd ar gyfer eich { $account }. Mae’r cyfrif wedi’i gau. Ni all neb fewngofnodi iddo.

    Gallwch ei agor eto tan { $reopen-until } ar { $reopen-until-date }:

    { $reopen-url }

    Yna mewngofnodwch fel o’r blaen. Os ydych wedi anghofio eich cyfrinair, gofynnwch am un newydd ar ôl i’r cyfrif gael ei agor.

    Os nad chi oedd hyn, gallwch anwybyddu’r e-bost hwn. Nid oes dim wedi newid.
letter-reset-closed-over-subject = Mae eich cyfrif wedi’i gau
letter-reset-closed-over-body =
    Gofynnodd rhywun, chi yn ôl pob tebyg, am gyfrinair newydd ar gyfer eich { $account }. Mae’r cyfrif wedi’i gau. Ni all neb fewngofnodi iddo, ac nid yw’r ddolen a oedd yn ei agor eto yn gweithio mwyach.

    Os ydych am ei gael yn ôl, ffoniwch ni ar { $phone }. Ar ôl iddo gael ei ddileu, gallwch greu un newydd.

    Os nad chi oedd hyn, gallwch anwybyddu’r e-bost hwn. Nid oes dim wedi newid.
