import { expect, test } from "vitest";
import { Pace } from "./pace.js";

test("no more run at a time than the window", async () => {
  const pace = new Pace(3);
  let peak = 0;
  const work = async () => {
    await pace.acquire();
    peak = Math.max(peak, pace.running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    pace.release();
  };
  await Promise.all(Array.from({ length: 20 }, work));
  expect(peak).toBe(3);
  expect(pace.running).toBe(0);
});

test("throttles make the window smaller, once a second at most; ends make it wider again", async () => {
  const pace = new Pace(100, () => 0);
  await Promise.all([pace.acquire(), pace.acquire(), pace.acquire()]);
  await Promise.all([pace.backOff(0), pace.backOff(0), pace.backOff(0)]);
  expect(pace.window).toBe(90);
  expect(pace.running).toBe(3);
  for (let i = 0; i < 3; i++) pace.release();
  expect(pace.window).toBe(93);
  expect(pace.running).toBe(0);
});

test("who was throttled lets others go first", async () => {
  const pace = new Pace(1, () => 0);
  const order: string[] = [];
  await pace.acquire();
  const other = pace.acquire().then(() => order.push("other"));
  const throttled = pace.backOff(0).then(() => order.push("throttled"));
  await other;
  pace.release();
  await throttled;
  expect(order).toEqual(["other", "throttled"]);
});
