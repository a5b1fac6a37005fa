"""What other systems call the columns of a list, in several languages.

The words are compared without accents, spaces and punctuation: ``Matrikel-Nr.`` is ``matrikelnr``.
"""

from __future__ import annotations

from attendance.people.new_student import STUDENT_FIELDS
from attendance.values.roll_numbers import plain_words

ROLL_NO, NAME, FIRST_NAME, LAST_NAME, LAST_FIRST = "roll_no", "name", "first_name", "last_name", "last_first"
EMAIL = "email"
COLUMNS = tuple(ROLL_NO if field == "roll_number" else field for field in STUDENT_FIELDS)
LIST_COLUMNS = (*COLUMNS, "photos", "consent")  # what the command list writes; the last two are not read
KINDS = (ROLL_NO, NAME, FIRST_NAME, LAST_NAME, LAST_FIRST, *COLUMNS[2:])
"""What a column can be: the fields of a student, and the ways in which lists divide a name."""

# The most certain ones first: a list that has several is read by the first of them.
_ROLL_NUMBERS = (
    """
    roll rollno rollnr rollnumber rollnum usn prn regno regnumber registrationno registrationnumber
    enrolment enrollment enrolmentno enrollmentno enrolmentnumber enrollmentnumber enrolmentid enrollmentid
    admissionno admissionnumber admno matriculationno matriculationnumber matricno matricnumber
    studentno studentnr studentnumber studentid studentidnumber studid pupilid pupilno pupilnumber
    matrikelnummer matrikelnr matrikel matnr matrnr martikelnummer schuelernummer schulernummer schulernr
    matricule nmatricule numeroetudiant noetudiant netudiant numetudiant codeetudiant
    matricula nmatricula numerodematricula numerodeestudiante numeroestudiante numeroalumno numerodealumno
    codigoestudiante codigoalumno expediente numeroexpediente matricola numeromatricola nmatricola
    numerodealuno numeroaluno ra studentennummer studentnummer leerlingnummer stamnummer
    numeralbumu nralbumu numerindeksu nrindeksu opiskelijanumero studienummer studentkod osobnicislo
    ogrencino ogrencinumarasi okulno neptunkod nummatricol numarmatricol
    学号 學號 学籍番号 学生番号 학번 номерстуденческого номерзачетки зачетка табельныйномер студенческийбилет
    رقمالطالب الرقمالجامعي شمارهدانشجویی מספרסטודנט रोलनंबर अनुक्रमांक
    """,
    """
    sisuserid sisid sisstudentid orgdefinedid externalid sourcedid bannerid idnumber identifier upn
    idnummer numerodidentification numeroidentification numerodeid numeroid numeroidentificativo
    codiceidentificativo numerodeidentificacao numerodeidentificacion
    """,
    "id no nr num number nummer numero номер 番号 编号",
    "username loginid sisloginid login userid benutzername identifiant usuario utente kennung",
)
_OTHERS = {
    NAME: """
        name names fullname studentname student students pupil learner displayname completename nameofstudent
        nameofthestudent candidatename vollername vollstandigername schuler schulerin studierende studierender
        teilnehmer nom nomcomplet etudiant eleve nombre nombrecompleto alumno estudiante nome nomecompleto
        nomedoaluno aluno alunno studente naam volledigenaam leerling namn navn nimi imie imieinazwisko uczen
        jmenoaprijmeni menoapriezvisko nev teljesnev adsoyad adisoyadi adivesoyadi isim numesiprenume ime
        имя фио 姓名 氏名 名前 이름 성명 الاسم اسم نام نامونامخانوادگی שם שםמלא नाम
        """,
    FIRST_NAME: """
        firstname first firstnames givenname givennames given forename forenames vorname vornamen rufname
        prenom prenoms primernombre nombredepila primeironome voornaam voornamen fornamn fornavn etunimi
        jmeno krestnijmeno meno keresztnev utonev ad adi prenume 名 שםפרטי نامکوچک الاسمالاول
        """,
    LAST_NAME: """
        lastname last lastnames surname surnames familyname family nachname familienname zuname nomdefamille
        apellido apellidos primerapellido cognome sobrenome apelido achternaam efternamn etternavn efternavn
        sukunimi nazwisko prijmeni priezvisko vezeteknev csaladnev soyad soyadi soyisim prezime
        фамилия прізвище 姓 성 שםמשפחה نامخانوادگی العائلة
        """,
    LAST_FIRST: """
        lastfirst lastnamefirstname lastnamefirst surnamefirstname surnameforename surnameforenames sortname
        sortablename familynamegivenname nachnamevorname namevorname familiennamevorname nomprenom nometprenom
        nomsetprenoms apellidosnombre apellidosynombre apellidosynombres apellidosnombres apellidoynombre
        apellidonombre cognomenome cognomeenome nazwiskoimie nazwiskoiimie prijmeniajmeno фамилияимя
        """,
    EMAIL: """
        email emails mail emailaddress emailadresse emailadres mailadresse mailaddress studentemail
        schoolemail studentsemail primaryemail correo correoelectronico courriel adressemail adresseemail
        adressedecourriel emailadress epost eposta epostadresse sahkoposti posta postaelettronica
        indirizzoemail enderecodeemail почта электроннаяпочта адресэлектроннойпочты 邮箱 电子邮件
        メールアドレス 이메일
        """,
    "phone": """
        phone phoneno phonenumber telephone telephonenumber tel telno telefon telefonnr telefonnummer mobile
        mobileno mobilenumber mobilephone mobil mobilnummer handy handynummer cell cellphone telefono
        telefonomovil movil celular portable numerodetelephone telefone telemovel telefoonnummer телефон
        电话 手机 電話番号 전화번호 الهاتف
        """,
    "department": """
        department dept faculty programme program programmeofstudy major branch studiengang fachbereich
        fakultat abteilung departement filiere formation departamento carrera facultad dipartimento
        corsodilaurea curso opleiding kierunek wydzial institutionen bolum fakultet факультет кафедра
        学部 学科 专业 院系 학과
        """,
    "year": """
        year yearofstudy studyyear yeargroup yearlevel grade gradelevel class classname form homeroom semester
        jahr jahrgang jahrgangsstufe klasse klassenstufe klassen fachsemester annee anneedetude classe niveau
        ano anodeestudio grado clase turma anno jaar leerjaar klas rok klasa arskurs arskull sinif курс класс
        学年 年级 학년
        """,
    "guardian_email": """
        guardianemail guardiansemail guardianemailaddress parentemail parentsemail parentemailaddress
        emailofguardian emailofparent emailguardian emailparent elternemail emaileltern mailparents
        emailparents emaildesparents emailpadres correopadres correodelospadres emailgenitori emailouders
        """,
}


def _plain(heading: str) -> str:
    return "".join(plain_words(heading.replace("_", " ")))


_KNOWN: dict[str, tuple[str, int]] = {
    **{_plain(word): (kind, 0) for kind, words in _OTHERS.items() for word in words.split()},
    **{_plain(word): (ROLL_NO, rank) for rank, words in enumerate(_ROLL_NUMBERS) for word in words.split()},
    **{_plain(column): (column, 0) for column in KINDS},
}
LEAST_CERTAIN = 2  # rank of a heading that is a number of anything


def kinds_of(headings: tuple[str, ...]) -> list[str | None]:
    """What each column is, by its heading; each kind once, and None for what is not known."""
    found = [_KNOWN.get(_plain(heading)) for heading in headings]
    kinds: list[str | None] = [None] * len(headings)
    for kind in dict.fromkeys(each[0] for each in found if each is not None):
        ranks = [(each[1], place) for place, each in enumerate(found) if each is not None and each[0] == kind]
        kinds[min(ranks)[1]] = kind
    # “Name, Vorname”, “Nombre, Apellidos”: beside one half of a name, the other one is meant.
    for half, other in ((FIRST_NAME, LAST_NAME), (LAST_NAME, FIRST_NAME)):
        if NAME in kinds and half in kinds and other not in kinds:
            kinds[kinds.index(NAME)] = other
    return kinds


def known_in(cells: tuple[str, ...]) -> int:
    """How many cells of a row are headings that are certain enough."""
    found = (_KNOWN.get(_plain(cell)) for cell in cells)
    return sum(each is not None and each[1] < LEAST_CERTAIN for each in found)


def is_left_out(heading: str) -> bool:
    """Whether a column is one that ``list`` writes and nobody expects to be read."""
    return _plain(heading) in {"photos", "consent"}
