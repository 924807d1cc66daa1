import { expect, test } from "vitest";
import { waitNotes } from "./wait-notes.js";

test("each host is named once, with why, however many wait for it", () => {
  const said: string[] = [];
  const tell = waitNotes((text) => said.push(text));
  tell({ url: "https://host:8443/a", ms: 3004, why: "connect ECONNREFUSED" });
  tell({ url: "https://host:8443/b", ms: 3100 });
  tell({ url: "s3://bucket/run/plan.json", ms: 6100 });
  tell({ url: "./pipe.json", ms: 3000, why: "nobody writes into this pipe" });
  expect(said).toEqual([
    "waiting for host:8443: no answer for 3 s (connect ECONNREFUSED)",
    "waiting for s3://bucket: no answer for 6 s",
    "waiting for ./pipe.json: no answer for 3 s (nobody writes into this pipe)",
  ]);
});
