import { describe, expect, it } from "vitest";
import { trustedUntil } from "./redirects.js";

const now = Date.UTC(2026, 0, 1);
const answer = (cacheControl?: string) => ({
  header: (name: string) => (name === "cache-control" ? cacheControl : undefined),
});
const until = (query: string, cacheControl?: string) =>
  (trustedUntil(new URL(`https://bucket/granule${query}`), answer(cacheControl), now) - now) / 1000;

describe("trustedUntil", () => {
  it("takes the signed URL's expiry, less half a minute", () => {
    expect(until("?X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=x")).toBe(3570);
    expect(until(`?Expires=${now / 1000 + 600}&Signature=x&Key-Pair-Id=y`)).toBe(570);
    expect(until("?X-Amz-Date=20260101T000000Z&X-Amz-Expires=10")).toBe(5);
  });

  it("is past for what has expired", () => {
    expect(until(`?Expires=${now / 1000 - 5}`)).toBe(-5);
  });

  it("else takes max-age, else five minutes", () => {
    expect(until("", "private, max-age=60")).toBe(60);
    expect(until("?x=1")).toBe(300);
  });
});
