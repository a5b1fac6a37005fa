PRAGMA application_id = 1635020388;
PRAGMA user_version = 8;
BEGIN TRANSACTION;
CREATE TABLE alarms (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    student_ids TEXT NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    settled_at INTEGER,
    settled_by TEXT,
    for_good INTEGER NOT NULL CHECK (for_good IN (0, 1))
);
INSERT INTO "alarms" VALUES('asking|2025-11-26|shared_phone|s3+s5','asking|2025-11-26','shared_phone','s3+s5','["s3","s5"]',1763726400123,'["2","„sic“"]',NULL,NULL,0);
INSERT INTO "alarms" VALUES('asking|2025-11-26|two_phones|s5','asking|2025-11-26','two_phones','s5','["s5"]',1763726401124,'[]',1763726401125,'u2',1);
CREATE TABLE answers (
    grant_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (grant_id, digest)
);
INSERT INTO "answers" VALUES('g1','d1',1763726700123,'{"code":"present","student_id":"s1","marked_at":null}');
CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    version INTEGER NOT NULL
, photo_only INTEGER NOT NULL DEFAULT 1 CHECK (photo_only IN (0, 1)));
INSERT INTO "api_tokens" VALUES('t1','Timetable','628b49d96dcde97a430dd4f597705899e09a968f793491e4b704cae33a40dc02','["students:read","marks:read"]','u1',1763726400123,NULL,NULL,NULL,1,1);
INSERT INTO "api_tokens" VALUES('t2','Timetable','c44474038d459e40e4714afefa7bf8dae9f9834b22f5e8ec1dd434ecb62b512e','[]','u1',1763726401124,1763726401124,1763726401124,1763726401124,1,1);
INSERT INTO "api_tokens" VALUES('t3','Timetable','cece8a9cecfb6c7e7ee4f3346d5e2544138bfb6e33bec6042a17333a4d3180b0','["students:read","marks:read"]','u1',1763726401125,NULL,NULL,NULL,1,0);
CREATE TABLE courses (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    roster TEXT
, teachers TEXT NOT NULL DEFAULT '[]', late_after_minutes INTEGER, closes_after_minutes INTEGER NOT NULL DEFAULT 90, code_interval INTEGER NOT NULL DEFAULT 15, static_code INTEGER NOT NULL DEFAULT 0 CHECK (static_code IN (0, 1)), active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), schedule TEXT NOT NULL DEFAULT '[]', version INTEGER NOT NULL DEFAULT 1, changes INTEGER NOT NULL DEFAULT 0, first_day TEXT, last_day TEXT, liveness TEXT NOT NULL DEFAULT 'flag', movements INTEGER NOT NULL DEFAULT 1 CHECK (movements IN (1, 2)), spot_check INTEGER NOT NULL DEFAULT 0 CHECK (spot_check IN (0, 1)));
INSERT INTO "courses" VALUES('general','General',NULL,'[]',NULL,90,15,0,1,'[]',1,1,NULL,NULL,'flag',1,0);
INSERT INTO "courses" VALUES('small','General','["s1","s2"]','["u2"]',10,45,20,1,0,'[{"weekday":0,"start":"09:00","minutes":45},{"weekday":4,"start":"13:30","minutes":90}]',1,1,NULL,NULL,'flag',1,0);
INSERT INTO "courses" VALUES('term','General',NULL,'[]',NULL,90,15,0,1,'[]',1,1,'2025-09-01','2026-01-30','flag',1,0);
INSERT INTO "courses" VALUES('asking','General',NULL,'[]',NULL,90,15,0,1,'[]',1,1,NULL,NULL,'required',2,1);
CREATE TABLE crops (
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    detector TEXT NOT NULL,
    jpeg BLOB NOT NULL CHECK (typeof(jpeg) = 'blob'),
    box TEXT NOT NULL,
    landmarks TEXT NOT NULL,
    quality REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (student_id, source)
);
INSERT INTO "crops" VALUES('s1','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','mtcnn',X'FFD8206120666163652000FF','[60.5,48.25,260.0,290.75]','[110.5,150.25,210.0,149.5,160.0,200.75,120.25,240.0,200.5,241.25]',0.5,1763726400123);
CREATE TABLE days_off (
    id TEXT NOT NULL PRIMARY KEY,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    name TEXT NOT NULL,
    by TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
INSERT INTO "days_off" VALUES('off-2025-12-08','2025-12-08','2025-12-08','Christmas holidays','u1',1763726400123);
INSERT INTO "days_off" VALUES('off-2025-12-22-2026-01-02','2025-12-22','2026-01-02','Christmas holidays','api:Timetable',1763726400123);
CREATE TABLE engine_pin (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    engine TEXT NOT NULL,
    detector TEXT NOT NULL,
    reason TEXT NOT NULL,
    pinned_at INTEGER NOT NULL
);
INSERT INTO "engine_pin" VALUES(1,'dlib-1','mtcnn','no weights were there',1763726400123);
CREATE TABLE feed (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    session_id TEXT NOT NULL,
    id TEXT NOT NULL,
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    at INTEGER NOT NULL,
    UNIQUE (kind, session_id, id)
);
INSERT INTO "feed" VALUES(1,'student','','s1',1,1796046852632);
INSERT INTO "feed" VALUES(2,'student','','s2',1,1796046852640);
INSERT INTO "feed" VALUES(3,'session','','general|2025-11-21',1,1796046852692);
INSERT INTO "feed" VALUES(4,'session','','small|2025-11-20',1,1796046852696);
INSERT INTO "feed" VALUES(5,'mark','general|2025-11-21','s1',1,1796046852702);
INSERT INTO "feed" VALUES(6,'mark','small|2025-11-20','s2',1,1796046852712);
INSERT INTO "feed" VALUES(7,'student','','s3',1,1796046852888);
INSERT INTO "feed" VALUES(9,'session','','term|2025-11-24',1,1796046852912);
INSERT INTO "feed" VALUES(11,'mark','term|2025-11-22','s3',0,1796046852922);
INSERT INTO "feed" VALUES(12,'session','','term|2025-11-22',0,1796046852922);
INSERT INTO "feed" VALUES(14,'erased','','s4',0,1796046852947);
INSERT INTO "feed" VALUES(15,'student','','s5',1,1796046853000);
INSERT INTO "feed" VALUES(16,'session','','asking|2025-11-26',1,1796046853012);
INSERT INTO "feed" VALUES(17,'mark','asking|2025-11-26','s5',1,1796046853020);
INSERT INTO "feed" VALUES(18,'mark','asking|2025-11-26','s3',1,1796046853023);
CREATE TABLE feed_state (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    forgotten INTEGER NOT NULL
);
INSERT INTO "feed_state" VALUES(1,'b35da349ae0dcb15',0);
CREATE TABLE gallery (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL
);
INSERT INTO "gallery" VALUES(1,3);
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO "grants" VALUES('g1','d1',1763726700123);
CREATE TABLE login_failures (
    key TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE TABLE logins (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    browser TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO "logins" VALUES('l2','u3','Firefox on Linux',1763726401124,1763726401124,1763726400123,1764331200123);
INSERT INTO "logins" VALUES('l1','u3','Firefox on Linux',1763726400123,1763726400123,1763726400123,1764331200123);
CREATE TABLE marks (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    score REAL,
    device TEXT,
    reviewer TEXT,
    attempt TEXT,
    under_review INTEGER NOT NULL CHECK (under_review IN (0, 1)),
    version INTEGER NOT NULL,
    history TEXT NOT NULL, evidence TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (session_id, student_id)
);
INSERT INTO "marks" VALUES('general|2025-11-21','s1','present','face',1763726400123,0.8125,'phone',NULL,'grant:digest',0,1,'[{"at":1763726400123,"status":"present","method":"face","by":"student","note":"first","under_review":false,"came_at":null}]','{}');
INSERT INTO "marks" VALUES('small|2025-11-20','s2','excused','manual',1763726401124,NULL,NULL,'u2',NULL,1,1,'[{"at":1763726400123,"status":"late","method":"classroom_photo","by":"u1","note":"","under_review":false,"came_at":1763726400122},{"at":1763726401124,"status":"excused","method":"manual","by":"u2","note":"ill, „sic“","under_review":true,"came_at":null}]','{}');
INSERT INTO "marks" VALUES('term|2025-11-22','s3','present','code',1763726400123,NULL,'phone',NULL,'grant:digest',0,1,'[{"at":1763726400123,"status":"present","method":"face","by":"student","note":"first","under_review":false,"came_at":null}]','{}');
INSERT INTO "marks" VALUES('asking|2025-11-26','s5','present','face',1763726400123,0.8125,'phone',NULL,'grant:digest',0,1,'[{"at":1763726400123,"status":"present","method":"face","by":"student","note":"first","under_review":false,"came_at":null}]','{"place":"this_network","liveness":"failed","why":["still_image","no_turn"],"signed":true}');
INSERT INTO "marks" VALUES('asking|2025-11-26','s3','present','face',1763726400123,0.8125,'phone',NULL,'grant:digest',0,3,'[{"at":1763726400123,"status":"present","method":"face","by":"student","note":"","under_review":false,"came_at":null,"noted":true},{"at":1763726401124,"status":"absent","method":"manual","by":"u2","note":"","under_review":false,"came_at":null,"by_person":true,"for_the_rest":true},{"at":1763726401125,"status":"present","method":"manual","by":"u2","note":"","under_review":false,"came_at":null,"by_person":true,"restores":1}]','{}');
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    course_id TEXT NOT NULL,
    session_id TEXT,
    day TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER,
    problem TEXT,
    version INTEGER NOT NULL
, held_by TEXT);
INSERT INTO "notices" VALUES('n1','absent','s1','general','general|2025-11-21','2025-11-21','someone@example.org',1763726400123,'claimed',NULL,NULL,1,NULL);
INSERT INTO "notices" VALUES('n2','below_limit','s1','general',NULL,'2025-11-21','someone@example.org',1763726401124,'failed',NULL,'no such mailbox',1,NULL);
INSERT INTO "notices" VALUES('n3','absent','s1','general','general|2025-11-21','2025-11-21','someone@example.org',1763726401124,'sent',1763726401124,NULL,1,NULL);
INSERT INTO "notices" VALUES('n4','absent','s3','general','general|2025-11-21','2025-11-21','someone@example.org',1763726401125,'held',NULL,NULL,1,'u1');
CREATE TABLE one_time_links (
    digest TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO "one_time_links" VALUES('aa','first-admin',1763728200123);
CREATE TABLE people (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    changes INTEGER NOT NULL
);
INSERT INTO "people" VALUES(1,6);
CREATE TABLE photo_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    reading TEXT,
    decision TEXT,
    marks TEXT,
    progress TEXT,
    reader TEXT,
    reader_until INTEGER,
    crashes INTEGER NOT NULL,
    version INTEGER NOT NULL
);
INSERT INTO "photo_jobs" VALUES('00000000000000000000000000000001','general|2025-11-21',1763726400123,'{"id": "1", "by": "Zoë"}',NULL,NULL,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "photo_jobs" VALUES('0000000000000000000000000000000a','asking|2025-11-26',1763726400123,'{"id": "a", "by": "Zoë"}','{"faces": [["s3", 0.5]]}','{"by": "u2"}','{}',NULL,NULL,NULL,0,4);
INSERT INTO "photo_jobs" VALUES('0000000000000000000000000000000b','general|2025-11-21',1763726400123,'{"id": "b", "by": "Zoë"}',NULL,NULL,NULL,'{"done": 1}','a host|12|token',1763726401124,1,1);
CREATE TABLE portraits (
    student_id TEXT NOT NULL PRIMARY KEY REFERENCES students (id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL CHECK (typeof(jpeg) = 'blob'),
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
INSERT INTO "portraits" VALUES('s1',X'FFD8206120706963747572652000FF','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',1763726400123);
CREATE TABLE reviews (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    reason TEXT NOT NULL,
    candidates TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    snapshot TEXT,
    device TEXT,
    decision TEXT,
    decided_for TEXT,
    decided_by TEXT,
    decided_at INTEGER
, subject TEXT, joined TEXT NOT NULL DEFAULT '[]', shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)), evidence TEXT NOT NULL DEFAULT '{}');
INSERT INTO "reviews" VALUES('r1','general|2025-11-21','look_alike','[{"student_id":"s1","score":0.9},{"student_id":"s2","score":0.8}]',1763726400123,'r1.jpg','phone',NULL,NULL,NULL,NULL,NULL,'[]',0,'{}');
INSERT INTO "reviews" VALUES('r2','general|2025-11-21','look_alike','[{"student_id":"s1","score":0.9}]',1763726401124,NULL,'phone','accepted','s1','u2',1763726401124,NULL,'[]',0,'{}');
INSERT INTO "reviews" VALUES('r3','general|2025-11-21','look_alike','[{"student_id":"s1","score":0.9},{"student_id":"s2","score":0.8}]',1763726401125,'r3.jpg','phone',NULL,NULL,NULL,NULL,'s1|a subject','["r4"]',1,'{}');
INSERT INTO "reviews" VALUES('r5','asking|2025-11-26','unproven','[{"student_id":"s5","score":0.9}]',1763726401126,'r5.jpg','phone',NULL,NULL,NULL,NULL,NULL,'[]',0,'{"place":"kiosk","liveness":"not_shown"}');
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    course_id TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    late_at INTEGER
, secret TEXT NOT NULL DEFAULT '', opened_by TEXT, closed_at INTEGER, planned INTEGER NOT NULL DEFAULT 0 CHECK (planned IN (0, 1)), version INTEGER NOT NULL DEFAULT 1, changes INTEGER NOT NULL DEFAULT 0, by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)), cancelled_at INTEGER, history TEXT NOT NULL DEFAULT '[]', room_pictures TEXT NOT NULL DEFAULT '[]', spot_checks TEXT NOT NULL DEFAULT '[]');
INSERT INTO "sessions" VALUES('general|2025-11-21','general','token of general|2025-11-21','2025-11-21',1763726400123,1763733600123,1763727000123,'5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',NULL,NULL,0,1,5,0,NULL,'[]','[]','[]');
INSERT INTO "sessions" VALUES('small|2025-11-20','small','token of small|2025-11-20','2025-11-21',1763726400123,1763733600123,NULL,'5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e','u2',1763726401124,1,1,1,0,NULL,'[]','[]','[]');
INSERT INTO "sessions" VALUES('term|2025-11-22','term','token of term|2025-11-22','2025-11-22',1763726400123,1763733600123,1763727000123,'5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',NULL,NULL,1,2,2,0,1763726401124,'[{"at":1763726401124,"act":"cancelled","by":"u1","why":"ill, „sic“"}]','[]','[]');
INSERT INTO "sessions" VALUES('term|2025-11-24','term','token of term|2025-11-24','2025-11-24',1763726400123,1763733600123,1763727000123,'5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',NULL,NULL,0,3,0,1,NULL,'[{"at":1763726401124,"act":"cancelled","by":"u1","why":"ill, „sic“"},{"at":1763726401125,"act":"restored","by":"api:Timetable","why":""}]','[]','[]');
INSERT INTO "sessions" VALUES('asking|2025-11-26','asking','token of asking|2025-11-26','2025-11-26',1763726400123,1763733600123,1763727000123,'5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',NULL,NULL,0,1,5,0,NULL,'[]','[{"at":1763726400123,"by":"u1","seen":["s3","s5"]},{"at":1763726401124,"by":"u2","seen":[]}]','[{"at":1763726401124,"by":"u2","student_ids":["s5"]}]');
CREATE TABLE student_changes (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    kind TEXT NOT NULL,
    student_id TEXT REFERENCES students (id) ON DELETE CASCADE,
    course_id TEXT
, user_id TEXT);
INSERT INTO "student_changes" VALUES('c2',1763726401124,'u1','details','s2','small',NULL);
INSERT INTO "student_changes" VALUES('c1',1763726400123,'u1','details','s1',NULL,NULL);
INSERT INTO "student_changes" VALUES('c3',1763726400122,'u1','enrol_right_given',NULL,NULL,'u3');
CREATE TABLE students (
    id TEXT NOT NULL PRIMARY KEY,
    roll_number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    department TEXT,
    year TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    consent TEXT
, guardian_email TEXT, withdrawn TEXT, image_id TEXT, number_key TEXT NOT NULL DEFAULT '', twin TEXT NOT NULL DEFAULT '', movement_exempt INTEGER NOT NULL DEFAULT 0 CHECK (movement_exempt IN (0, 1)));
INSERT INTO "students" VALUES('s1','roll s1','Zoë "李" 🎓','zoe@example.org','+1 303 555 0117','Physics','2',1,'{"given_at":1763726400123,"recorded_by":"Büro","how":"signed form"}','guardian@example.org',NULL,NULL,'roll s1','',0);
INSERT INTO "students" VALUES('s2','roll s2','Student One',NULL,NULL,NULL,NULL,0,NULL,NULL,'{"at":1763726401124,"recorded_by":"office"}',NULL,'roll s2','',0);
INSERT INTO "students" VALUES('s3','x-１７ B','Student One',NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'0042','x-17 b','',0);
INSERT INTO "students" VALUES('s5','y-18','Student One',NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,'y-18','',1);
CREATE TABLE templates (
    student_id TEXT NOT NULL REFERENCES students (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    engine TEXT NOT NULL,
    detector TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    embedding BLOB NOT NULL CHECK (typeof(embedding) = 'blob' AND length(embedding) = 4 * dimension),
    source TEXT NOT NULL,
    quality REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (student_id, id)
);
INSERT INTO "templates" VALUES('s1','t1','dlib-1','mtcnn',128,X'3ADA8D3CF11D44BD8EF71ABD02FD64BEFDCB283E23A0D63DAF2CF4BC1027913D3600D33C65C64FBDE45FB73D1B05E9BCFAB9F6BCC89794BD33AF2A3DD2DC14BCC3924C3D7DCB63BD55533E3C0160A7BD19D89D3DA1168D3C9209F83CB9011A3DB699BDBD3CE9923D98E6403EEEAB19BE253422BEDA230DBECED79D3D9228413C3847CA3DF283873D95FF9D3C551FD53CB9C07EBC71E8A23D3CEAD3BD46441EBDCA48B63C21F5283E6E668FBDB369CABD605353BD8BD1B53DEB54B0BCA36CF83D7DA02FBEF4B0D33D711FC23DF60E05BE6779663C0D0EE43DC6EF033CCA86BB3D60BE5E3E248ACD3C1961D2BCCCA290BD9621733DCC9C93BC691E86BC8CF51DBCF3CE733DD506C8BD327D0FBEC14664BE87D9E03D3F7ADD3BD2A20D3EB80B57BA24378BBD684D333DCBDDE5BB7543EBBDE505A6BD5EB5253EA1F0043DB4361C3D4E81CFBC1C6181BD5142A73D3E021DBC3A658EBD064849BC39E0A9BDDC988E3CC9D2D33DC0D59CBD26FC053EBA777ABD3338663C39E49CBDEFBFA6BC9D468E3B1F1423BD78D983BDB8517EBD07099ABD824213BE6450C5BC2480163D7C66AA3D34C5723D097A663ECE1DEF3C56332BBD018B2F3E9870C4BD63ABB53D212BB3BDAFD9043D519E38BE23B0A83DD5796DBC2885B5BDC96B1D3E32918F3DE77B893B08D58BBD212582BB5A0076BC96F4873D79B4953DD4847ABDCA1A4EBDC19C47BD','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',0.75,1763726400123);
INSERT INTO "templates" VALUES('s1','t2','dlib-1','mtcnn',128,X'3ADA8D3CF11D44BD8EF71ABD02FD64BEFDCB283E23A0D63DAF2CF4BC1027913D3600D33C65C64FBDE45FB73D1B05E9BCFAB9F6BCC89794BD33AF2A3DD2DC14BCC3924C3D7DCB63BD55533E3C0160A7BD19D89D3DA1168D3C9209F83CB9011A3DB699BDBD3CE9923D98E6403EEEAB19BE253422BEDA230DBECED79D3D9228413C3847CA3DF283873D95FF9D3C551FD53CB9C07EBC71E8A23D3CEAD3BD46441EBDCA48B63C21F5283E6E668FBDB369CABD605353BD8BD1B53DEB54B0BCA36CF83D7DA02FBEF4B0D33D711FC23DF60E05BE6779663C0D0EE43DC6EF033CCA86BB3D60BE5E3E248ACD3C1961D2BCCCA290BD9621733DCC9C93BC691E86BC8CF51DBCF3CE733DD506C8BD327D0FBEC14664BE87D9E03D3F7ADD3BD2A20D3EB80B57BA24378BBD684D333DCBDDE5BB7543EBBDE505A6BD5EB5253EA1F0043DB4361C3D4E81CFBC1C6181BD5142A73D3E021DBC3A658EBD064849BC39E0A9BDDC988E3CC9D2D33DC0D59CBD26FC053EBA777ABD3338663C39E49CBDEFBFA6BC9D468E3B1F1423BD78D983BDB8517EBD07099ABD824213BE6450C5BC2480163D7C66AA3D34C5723D097A663ECE1DEF3C56332BBD018B2F3E9870C4BD63ABB53D212BB3BDAFD9043D519E38BE23B0A83DD5796DBC2885B5BDC96B1D3E32918F3DE77B893B08D58BBD212582BB5A0076BC96F4873D79B4953DD4847ABDCA1A4EBDC19C47BD','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc',0.5,1763726400123);
CREATE TABLE traces (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    student_id TEXT REFERENCES students (id) ON DELETE CASCADE,
    device TEXT,
    signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
    address TEXT,
    digest TEXT NOT NULL,
    picture BLOB CHECK (picture IS NULL OR typeof(picture) = 'blob')
);
INSERT INTO "traces" VALUES('g7:d7','asking|2025-11-26',1763726400123,'s5','key:phone',1,'a hash','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
INSERT INTO "traces" VALUES('g8:d8','asking|2025-11-26',1763726401124,NULL,NULL,0,NULL,'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',NULL);
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    version INTEGER NOT NULL
, second_factor TEXT, strong_password INTEGER NOT NULL DEFAULT 0 CHECK (strong_password IN (0, 1)), asked_for_factor INTEGER NOT NULL DEFAULT 0 CHECK (asked_for_factor IN (0, 1)), enrols INTEGER NOT NULL DEFAULT 0 CHECK (enrols IN (0, 1)));
INSERT INTO "users" VALUES('u1','user-u1','Teacher One','admin','a hash',1763726400123,1763726400123,1,1,NULL,0,0,0);
INSERT INTO "users" VALUES('u2','user-u2','Teacher Two','teacher','a hash',1763726400123,1763726401124,0,1,NULL,0,0,0);
INSERT INTO "users" VALUES('u3','user-u3','Teacher One','teacher','a hash',1763726400123,1763726400123,1,1,'{"sealed":"sealed","last_step":58790880,"recovery":["aa","bb"],"added_at":1763726401124}',1,0,1);
CREATE INDEX templates_by_engine ON templates (engine, id);
CREATE INDEX sessions_by_day ON sessions (day, opens_at);
CREATE INDEX marks_by_student ON marks (student_id);
CREATE INDEX reviews_by_decision ON reviews (decision, created_at);
CREATE INDEX grants_by_end ON grants (expires_at);
CREATE INDEX answers_by_end ON answers (expires_at);
CREATE INDEX login_failures_by_key ON login_failures (key, at);
CREATE INDEX login_failures_by_time ON login_failures (at);
CREATE INDEX sessions_by_course ON sessions (course_id, opens_at);
CREATE INDEX reviews_by_session ON reviews (session_id, created_at);
CREATE TRIGGER marks_insert AFTER INSERT ON marks BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER marks_update AFTER UPDATE ON marks BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER reviews_insert AFTER INSERT ON reviews BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER reviews_update AFTER UPDATE ON reviews BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER sessions_update AFTER UPDATE OF version ON sessions BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.id; END;
CREATE TRIGGER courses_insert AFTER INSERT ON courses BEGIN UPDATE courses SET changes = 1 WHERE id = NEW.id; END;
CREATE TRIGGER courses_update AFTER UPDATE OF version ON courses BEGIN UPDATE courses SET changes = changes + 1 WHERE id = NEW.id; END;
CREATE TRIGGER students_insert AFTER INSERT ON students BEGIN UPDATE people SET changes = changes + 1; END;
CREATE TRIGGER students_delete AFTER DELETE ON students BEGIN UPDATE people SET changes = changes + 1; END;
CREATE INDEX notices_by_time ON notices (created_at);
CREATE INDEX notices_by_student ON notices (student_id, created_at);
CREATE INDEX logins_by_user ON logins (user_id, created_at);
CREATE INDEX logins_by_end ON logins (expires_at);
CREATE INDEX student_changes_by_time ON student_changes (at, id);
CREATE INDEX student_changes_by_student ON student_changes (student_id, at);
CREATE UNIQUE INDEX reviews_by_subject ON reviews (subject);
CREATE INDEX reviews_of_device ON reviews (session_id, device) WHERE decision IS NULL;
CREATE UNIQUE INDEX students_by_number ON students (number_key, twin);
CREATE TRIGGER students_update AFTER UPDATE ON students BEGIN UPDATE people SET changes = changes + 1; END;
CREATE INDEX sessions_unclosed ON sessions (opens_at) WHERE closed_at IS NULL AND cancelled_at IS NULL;
CREATE TRIGGER feed_student_added AFTER INSERT ON students BEGIN DELETE FROM feed WHERE kind = 'student' AND session_id = '' AND id = NEW.id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('student', '', NEW.id, 1, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_student_changed AFTER UPDATE ON students BEGIN DELETE FROM feed WHERE kind = 'student' AND session_id = '' AND id = NEW.id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('student', '', NEW.id, 0, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_student_erased AFTER DELETE ON students BEGIN DELETE FROM feed WHERE kind = 'student' AND session_id = '' AND id = OLD.id; DELETE FROM feed WHERE kind = 'erased' AND session_id = '' AND id = OLD.id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('erased', '', OLD.id, 0, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_session_added AFTER INSERT ON sessions BEGIN DELETE FROM feed WHERE kind = 'session' AND session_id = '' AND id = NEW.id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('session', '', NEW.id, 1, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_session_changed AFTER UPDATE OF version ON sessions BEGIN DELETE FROM feed WHERE kind = 'session' AND session_id = '' AND id = NEW.id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('session', '', NEW.id, 0, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_session_cancelled AFTER UPDATE OF cancelled_at ON sessions WHEN (OLD.cancelled_at IS NULL) <> (NEW.cancelled_at IS NULL) BEGIN DELETE FROM feed WHERE kind = 'mark' AND session_id = NEW.id; INSERT INTO feed (kind, session_id, id, is_new, at) SELECT 'mark', session_id, student_id, 0, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) FROM marks WHERE session_id = NEW.id ORDER BY at, student_id; END;
CREATE TRIGGER feed_mark_added AFTER INSERT ON marks BEGIN DELETE FROM feed WHERE kind = 'mark' AND session_id = NEW.session_id AND id = NEW.student_id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('mark', NEW.session_id, NEW.student_id, 1, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_mark_changed AFTER UPDATE ON marks BEGIN DELETE FROM feed WHERE kind = 'mark' AND session_id = NEW.session_id AND id = NEW.student_id; INSERT INTO feed (kind, session_id, id, is_new, at) VALUES ('mark', NEW.session_id, NEW.student_id, 0, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)); END;
CREATE TRIGGER feed_mark_erased AFTER DELETE ON marks BEGIN DELETE FROM feed WHERE kind = 'mark' AND session_id = OLD.session_id AND id = OLD.student_id; END;
CREATE INDEX traces_by_session ON traces (session_id, at);
CREATE INDEX traces_by_student ON traces (student_id) WHERE student_id IS NOT NULL;
CREATE INDEX traces_by_device ON traces (device, at) WHERE device IS NOT NULL;
CREATE INDEX traces_by_digest ON traces (digest, at);
CREATE INDEX traces_by_time ON traces (at);
CREATE INDEX alarms_by_session ON alarms (session_id, at);
CREATE INDEX alarms_for_good ON alarms (kind, subject) WHERE for_good;
CREATE TRIGGER alarms_insert AFTER INSERT ON alarms BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE TRIGGER alarms_update AFTER UPDATE ON alarms BEGIN UPDATE sessions SET changes = changes + 1 WHERE id = NEW.session_id; END;
CREATE INDEX photo_jobs_by_session ON photo_jobs (session_id, id);
CREATE INDEX photo_jobs_unread ON photo_jobs (id) WHERE reading IS NULL AND decision IS NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('feed',18);
COMMIT;
