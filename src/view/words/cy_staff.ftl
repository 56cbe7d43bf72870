## Y gwrandäwr staff

staff-name = Staff
staff-region = Tudalennau staff
staff-sign-in = Mewngofnodi i’r tudalennau staff
staff-sign-in-what = Rydych yn mewngofnodi â chyfrin-allwedd: ôl eich bys, eich wyneb, neu PIN eich dyfais neu’ch allwedd ddiogelwch.
staff-sign-in-button = Mewngofnodi â’ch cyfrin-allwedd
staff-sign-in-upstream = Mewngofnodi â { $provider }
staff-sign-in-lost = Os ydych wedi colli eich cyfrin-allwedd, gofynnwch i bwy bynnag sy’n rhedeg y gwasanaeth hwn am wahoddiad newydd.
staff-passkey-failed = Ni ddefnyddiodd eich porwr gyfrin-allwedd. Rhowch gynnig arall arni.
staff-passkey-needs-script = Mae angen JavaScript ar gyfer cyfrin-allwedd. Trowch ef ymlaen ar gyfer y wefan hon a llwytho’r dudalen eto.
staff-told-failed = Ni weithiodd hynny. Defnyddiwch y gyfrin-allwedd a ychwanegwyd gennych ar gyfer y tudalennau hyn, ar un cynnig, a rhowch gynnig arall arni.
staff-told-no_script = Ni ofynnodd eich porwr am gyfrin-allwedd. Trowch JavaScript ymlaen ar gyfer y wefan hon a rhowch gynnig arall arni.
staff-told-crowded = Mae gormod o bobl yn mewngofnodi o’ch rhwydwaith ar hyn o bryd. Arhoswch 5 munud a rhowch gynnig arall arni.
staff-told-enrolled = Mae eich cyfrin-allwedd wedi’i hychwanegu. Defnyddiwch hi nawr i fewngofnodi.
staff-told-signed_out = Rydych wedi allgofnodi.
staff-enrol = Ychwanegu cyfrin-allwedd
staff-enrol-who = Mae’r gwahoddiad hwn i { $name }. Os nad chi yw hwnnw, caewch y dudalen hon a dywedwch wrth bwy bynnag a anfonodd y ddolen atoch.
staff-enrol-what = Eich dyfais neu’ch allwedd ddiogelwch sy’n cadw cyfrin-allwedd. Ni anfonir dim am eich bys, eich wyneb na’ch PIN atom ni.
staff-enrol-button = Ychwanegu eich cyfrin-allwedd
staff-enrol-over = Nid yw’r gwahoddiad hwn yn gweithio: mae wedi’i ddefnyddio, mae’n fwy na 7 diwrnod oed, neu nid yw’r ddolen yn gyflawn. Gofynnwch am un arall.
staff-prove = Cadarnhau mai chi sydd yno
staff-prove-what = Mae angen cyfrin-allwedd a ddefnyddiwyd yn y 5 munud diwethaf ar gyfer yr hyn yr ydych ar fin ei wneud.
staff-prove-button = Defnyddio eich cyfrin-allwedd
staff-sign-out = Ydych chi eisiau allgofnodi?
staff-front = Beth gallwch ei wneud yma
staff-front-roles = Eich rolau:
staff-front-may = Gyda nhw cewch:
staff-nobody = Nid oes neb ar y staff eto
staff-nobody-what = Pwy bynnag sy’n rhedeg y gwasanaeth hwn sy’n gwahodd yr aelodau cyntaf o staff, ar y gweinydd. Mae hyn yn dweud sut:
staff-nobody-then = Dolen yw pob gwahoddiad. Agorwch hi ar y ddyfais yr ydych am fewngofnodi â hi.
staff-refused = Ni chewch wneud hyn gyda’ch rolau: { $action }.
staff-refused-do = Mae’r ffaith eich bod wedi gofyn ar gofnod. Os oes angen hyn arnoch i’ch gwaith, gofynnwch am y rôl.

## Lleoedd y llywio

staff-place-front = Dechrau
staff-place-questions = Cwestiynau
staff-place-delays = Edrychiadau cudd
staff-place-members = Staff
staff-place-record = Cofnod
staff-place-person = Pwy edrychodd
staff-place-officers = Edrychiadau staff
staff-place-enquiries = Dod o hyd i breswylydd
staff-place-breaches = Tramgwyddau
staff-place-approvals = Ail berson
staff-place-glass = Torri’r gwydr
staff-place-conflicts = Pobl rydych yn eu hadnabod
staff-place-log = Log

## Rolau a’r hyn y cânt ei wneud

staff-role-nothing = dim
staff-role-customer_service = swyddog gwasanaeth cwsmeriaid
staff-role-information_governance = swyddog llywodraethu gwybodaeth
staff-role-auditor = archwilydd
staff-role-administrator = gweinyddwr
staff-role-deputy = dirprwy: ail berson i eraill
staff-action-use_console = defnyddio’r tudalennau staff
staff-action-search_people = dod o hyd i breswylwyr
staff-action-view_person = agor cofnod preswylydd
staff-action-reveal_field = dangos maes cudd
staff-action-search_record = chwilio’r cofnod o ddigwyddiadau
staff-action-view_event = agor digwyddiad gyda’i brawf
staff-action-export_record = allforio cofnodion
staff-action-report_on_person = adrodd ar bwy a edrychodd ar berson
staff-action-report_on_officers = adrodd ar yr hyn yr edrychodd swyddogion arno
staff-action-measure_breach = mesur toriad
staff-action-record_breach = ysgrifennu toriad yn y gofrestr
staff-action-see_log = gweld cyflwr y log
staff-action-give_approval = cymeradwyo’r hyn y mae angen ail berson ar ei gyfer
staff-action-break_glass = torri’r gwydr
staff-action-review_break_glass = adolygu’r hyn a wnaed y tu ôl i wydr wedi’i dorri
staff-action-delay_notice = gohirio rhoi gwybod i breswylydd am edrychiad
staff-action-review_delay = gweld pa edrychiadau a gedwir oddi wrth breswylwyr, a’u dangos
staff-action-answer_question = ateb cwestiwn preswylydd
staff-action-see_staff = gweld pwy sydd ar y staff

upstream-arrived = Rydych wedi mewngofnodi
upstream-none = Nid yw’r tudalennau hyn wedi’u cysylltu â chyfrif gwaith.
upstream-cancelled = Ni wnaethoch fewngofnodi gyda’ch cyfrif gwaith.
upstream-unreachable = Ni ellir gofyn i’ch cyfrif gwaith ar hyn o bryd. Ni fyddwn yn gofyn eto am 10 eiliad. Arhoswch cyhyd â hynny, yna rhowch gynnig arall arni.
upstream-over = Defnyddiwyd y mewngofnodi hwn, cymerodd ormod o amser, neu dechreuodd mewn porwr arall. Dechreuwch eto.
upstream-no-role = Ni chaiff yr un o’ch grwpiau ddefnyddio’r tudalennau hyn. Gofynnwch i bwy bynnag sy’n rhedeg y gwasanaeth hwn, a rhowch hyn iddynt:
upstream-refused = Ni ellid gwirio eich cyfrif gwaith. Bydd pwy bynnag sy’n rhedeg y gwasanaeth hwn yn gweld y rheswm yn y log.
upstream-removed = Nid ydych ar y staff yma mwyach. Gofynnwch i bwy bynnag sy’n rhedeg y gwasanaeth hwn.
upstream-namesake = Mae rhywun o’r un enw â chi ar y staff yma eisoes, gyda chyfrin-allwedd. Os chi yw hwnnw, mewngofnodwch gyda’r gyfrin-allwedd. Os nad e, gofynnwch i bwy bynnag sy’n rhedeg y gwasanaeth hwn.
upstream-another = Daeth cyfrif gwaith arall yn ôl na’r un rydych wedi mewngofnodi ag ef. Rydych yn dal wedi mewngofnodi fel o’r blaen.
