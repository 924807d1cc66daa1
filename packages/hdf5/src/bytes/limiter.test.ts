import { expect, it } from "vitest";
import { limiter } from "./limiter.js";

it("keeps to both limits, in order, and lets a request larger than the budget run alone", async () => {
  const limit = limiter(3, 100);
  const running: number[] = [];
  const order: number[] = [];
  const sizes = [60, 30, 30, 500, 10, 10, 10, 10];
  await Promise.all(
    sizes.map((bytes, i) =>
      limit(bytes, async () => {
        order.push(i);
        running.push(bytes);
        const held = running.reduce((sum, each) => sum + each, 0);
        expect(running.length).toBeLessThanOrEqual(3);
        expect(held <= 100 || running.length === 1).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running.splice(running.indexOf(bytes), 1);
      }),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it("goes on after a failure", async () => {
  const limit = limiter(1, 100);
  await expect(limit(1, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(limit(1, async () => "next")).resolves.toBe("next");
});
