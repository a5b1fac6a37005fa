// Every call of the API with the types that openapi-typescript generates, made one after the other.
//
//     node usage.js SERVER TOKEN STUDENT SESSION DAY_OFF ENROLLED PHOTO
//
// ENROLLED is the id of an enrolled photo. PHOTO is a picture of the student in base64. The output has a line with the status of each call.

import createClient from "openapi-fetch";
import type { components, operations, paths } from "./api.js";

declare const process: { argv: string[]; exitCode: number };

type Schemas = components["schemas"];
type Answer = { data?: unknown; error?: Schemas["Problem"]; response: Response };

const [server = "", token = "", student = "", session = "", day_off = "", enrolled = "", photo = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: server, headers: { Authorization: `Bearer ${token}` } });
const course = "physics";
const alarm = `${session}|late_code|${student}`;
const marks = { params: { path: { session, student } } };

// The types say text for a file, because JSON has no files.
const file = new Blob([Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0))]) as unknown as string;

function asForm(body: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    for (const each of [value].flat()) form.append(name, each, ...(each instanceof Blob ? ["face.png"] : []));
  }
  return form;
}

// A call that is missing here, or is here and not in the document, is a type error.
const calls: Record<keyof operations, () => Promise<Answer>> = {
  get_about: () => api.GET("/api/v1/about"),
  list_students: () => api.GET("/api/v1/students", { params: { query: { course, active: true, limit: 1 } } }),
  get_student: () => api.GET("/api/v1/students/{student}", { params: { path: { student } } }),
  list_templates: () => api.GET("/api/v1/students/{student}/templates", { params: { path: { student } } }),
  list_changes: () => api.GET("/api/v1/changes", { params: { query: { limit: 1 } } }),
  stream_changes: () => api.GET("/api/v1/changes/stream", { parseAs: "text" }),
  list_photos: () => api.GET("/api/v1/students/{student}/photos", { params: { path: { student } } }),
  list_courses: () => api.GET("/api/v1/courses"),
  get_course: () => api.GET("/api/v1/courses/{course}", { params: { path: { course } } }),
  list_days_off: () => api.GET("/api/v1/days-off"),
  get_day_off: () => api.GET("/api/v1/days-off/{day_off}", { params: { path: { day_off } } }),
  list_sessions: () => api.GET("/api/v1/sessions", { params: { query: { phase: ["open", "planned"] } } }),
  get_session: () => api.GET("/api/v1/sessions/{session}", { params: { path: { session } } }),
  list_alarms: () => api.GET("/api/v1/sessions/{session}/alarms", { params: { path: { session } } }),
  list_marks: () => api.GET("/api/v1/marks", { params: { query: { course, status: ["present", "late"] } } }),
  get_mark: () => api.GET("/api/v1/sessions/{session}/marks/{student}", marks),
  get_room: () => api.GET("/api/v1/sessions/{session}/room", { params: { path: { session } } }),
  detect_faces: () => api.POST("/api/v1/detect", { body: { image: photo } }),
  recognise_faces: () =>
    api.POST("/api/v1/recognise", { body: { image: file, faces: "one", course }, bodySerializer: asForm }),
  verify_student: () =>
    api.POST("/api/v1/verify", { body: { image: file, student: "1" }, bodySerializer: asForm }),
  add_student: () =>
    api.POST("/api/v1/students", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: { roll_number: "17", name: "Katherine Johnson" },
    }),
  change_student: () =>
    api.PATCH("/api/v1/students/{student}", { params: { path: { student } }, body: { phone: null } }),
  add_templates: () =>
    api.POST("/api/v1/students/{student}/templates", {
      params: { path: { student } },
      body: { images: [file] },
      bodySerializer: asForm,
    }),
  add_photos: () =>
    api.POST("/api/v1/students/{student}/photos", { params: { path: { student } }, body: { images: [photo] } }),
  add_course: () =>
    api.POST("/api/v1/courses", {
      body: { name: "Chemistry", roster: ["1"], schedule: [{ weekday: 0, start: "14:00", minutes: 90 }] },
    }),
  change_course: () =>
    api.PATCH("/api/v1/courses/{course}", {
      params: { path: { course } },
      body: { late_after_minutes: 10, liveness: "flag", movements: 2 },
    }),
  change_roster: () =>
    api.POST("/api/v1/courses/{course}/roster", { params: { path: { course } }, body: { add: ["17"] } }),
  add_day_off: () =>
    api.POST("/api/v1/days-off", { body: { name: "Sports day", first_day: "2026-12-01" } }),
  remove_day_off: () => api.DELETE("/api/v1/days-off/{day_off}", { params: { path: { day_off } } }),
  open_session: () => api.POST("/api/v1/sessions", { body: { course, confirm: ["day_off"] } }),
  mark_student: () =>
    api.PUT("/api/v1/sessions/{session}/marks/{student}", { ...marks, body: { status: "excused" } }),
  mark_students: () =>
    api.POST("/api/v1/sessions/{session}/marks", {
      params: { path: { session } },
      body: { marks: [{ student: "1", status: "late" }] },
    }),
  draw_spot_check: () => api.POST("/api/v1/sessions/{session}/spot-checks", { params: { path: { session } } }),
  answer_in_room: () =>
    api.POST("/api/v1/sessions/{session}/room/answers", {
      params: { path: { session } },
      body: { student: "1", here: true },
    }),
  withdraw_mark: () => api.DELETE("/api/v1/sessions/{session}/marks/{student}", marks),
  settle_alarm: () =>
    api.POST("/api/v1/sessions/{session}/alarms/{alarm}/settle", { params: { path: { session, alarm } }, body: {} }),
  close_session: () => api.POST("/api/v1/sessions/{session}/close", { params: { path: { session } } }),
  reopen_session: () =>
    api.POST("/api/v1/sessions/{session}/reopen", { params: { path: { session } }, body: {} }),
  cancel_session: () =>
    api.POST("/api/v1/sessions/{session}/cancel", { params: { path: { session } }, body: { why: "teacher ill" } }),
  restore_session: () => api.POST("/api/v1/sessions/{session}/restore", { params: { path: { session } } }),
  erase_photo: () =>
    api.DELETE("/api/v1/students/{student}/photos/{photo}", { params: { path: { student, photo: enrolled } } }),
  erase_photos: () => api.DELETE("/api/v1/students/{student}/photos", { params: { path: { student } } }),
  erase_templates: () => api.DELETE("/api/v1/students/{student}/templates", { params: { path: { student } } }),
  record_consent: () =>
    api.POST("/api/v1/students/{student}/consents", {
      params: { path: { student } },
      body: { how: "signed form", giver: "guardian", form: "paper", valid_until: "2030-07-31" },
    }),
  record_objection: () =>
    api.POST("/api/v1/students/{student}/objections", { params: { path: { student } }, body: { objector: "guardian" } }),
  undo_objection: () =>
    api.POST("/api/v1/students/{student}/objections/undo", {
      params: { path: { student } },
      body: { objector: "guardian" },
    }),
  erase_student: () => api.DELETE("/api/v1/students/{student}", { params: { path: { student } } }),
};

// What the types refuse.
export const refused = {
  // @ts-expect-error: there is no such call
  call: () => api.GET("/api/v1/teachers"),
  // @ts-expect-error: a student needs a roll number
  missing: () => api.POST("/api/v1/students", { body: { name: "Katherine Johnson" } }),
  // @ts-expect-error: a typing mistake
  unknown: { name: "Snow", first_day: "2026-12-01", lastday: null } satisfies Schemas["NewDayOffBody"],
  // @ts-expect-error: no such status
  status: () => api.PUT("/api/v1/sessions/{session}/marks/{student}", { ...marks, body: { status: "ill" } }),
  // @ts-expect-error: a name can't be cleared
  cleared: () => api.PATCH("/api/v1/students/{student}", { params: { path: { student } }, body: { name: null } }),
};

// What the types promise.
export async function firstFace(): Promise<string> {
  const { data, error } = await api.POST("/api/v1/recognise", { body: { image: photo } });
  if (error) return `${error.code satisfies Schemas["ProblemCode"]}: ${error.errors[0]?.message ?? error.detail}`;
  const face = data.faces[0];
  if (!face) return "nobody";
  const score: number | null = face.best_score;
  return `${face.candidates[0]?.name ?? face.outcome} ${score?.toFixed(2) ?? "-"}`;
}

export function widthOf({ box: [left, , right] }: Schemas["FaceAbout"]): number {
  return right - left;
}

for (const [name, call] of Object.entries(calls)) {
  const { error, response } = await call();
  console.log(name, response.status, error?.detail ?? "");
  if (error) process.exitCode = 1;
}
