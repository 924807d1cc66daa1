import { type HttpServer, startHttpServer } from "@zagg/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cookieLogin } from "./cookie-login.js";
import { s3Credentials } from "./s3-credentials.js";
import { earthdataToken } from "./token.js";

/** What login and archive answer, by path: in order, the last one again and again. */
type Script = Readonly<Record<string, readonly Reply[]>>;
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

const login = { kind: "password", username: "ann", password: "p", from: "the test" } as const;
const retry = { baseMs: 1, capMs: 2, budgetMs: 20 };
let script: Script;
let urs: HttpServer;
let archive: HttpServer;

beforeEach(async () => {
  [urs, archive] = await Promise.all([answering("urs"), answering("archive")]);
});
afterEach(async () => {
  await Promise.all([urs.close(), archive.close()]);
});

function answering(server: string): Promise<HttpServer> {
  const asked = new Map<string, number>();
  return startHttpServer({
    intercept(request, response) {
      const path = `${server}${new URL(request.url ?? "", "http://h").pathname}`;
      const replies = script[path] ?? [{ status: 404 }];
      const { status, headers, body } = replies[Math.min(asked.get(path) ?? 0, replies.length - 1)] as Reply;
      asked.set(path, (asked.get(path) ?? 0) + 1);
      response.writeHead(status, headers as Record<string, string>).end(body);
      return true;
    },
  });
}

const TOKEN = "urs/api/users/find_or_create_token";
const options = () => ({
  ursUrl: urs.url,
  retry,
  env: { EARTHDATA_USERNAME: "ann", EARTHDATA_PASSWORD: "p", HOME: "/nonexistent" },
});
const refused = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) });
const token = { status: 200, body: '{"access_token":"t","expiration_date":"12/15/2099"}' };

describe("the login, asked for a token", () => {
  test.each<[string, Reply, ReturnType<typeof refused>]>([
    ["a teapot", { status: 418 }, refused("invalid-answer", /find_or_create_token answered 418/)],
    ["no token", { status: 200, body: "{}" }, refused("invalid-answer", /answered without a token/)],
    ["a list", { status: 200, body: "[1]" }, refused("invalid-answer", /answered without a token/)],
    ["null", { status: 200, body: "null" }, refused("invalid-answer", /answered without a token/)],
    ["a page", { status: 200, body: "<html>" }, refused("invalid-answer", /answered without a token/)],
    ["a redirect to nowhere", { status: 302 }, refused("foreign-redirect", /redirects to an unknown place/)],
  ])("answers with %s", async (_, reply, error) => {
    script = { [TOKEN]: [reply] };
    await expect(earthdataToken(options())).rejects.toMatchObject(error);
  });

  test.each([
    ['{"access_token":"t","expiration_date":"12/15/2099"}', new Date("2099-12-15T00:00:00Z")],
    ['{"access_token":"t","expiration_date":"some day"}', undefined],
    ['{"access_token":"t"}', undefined],
  ])("says until when it holds, or not: %s", async (body, expires) => {
    script = { [TOKEN]: [{ status: 200, body }] };
    expect((await earthdataToken(options())).expires).toEqual(expires);
  });

  test("does not answer", async () => {
    script = { [TOKEN]: [{ status: 503, headers: { "retry-after": "0" } }] };
    await expect(earthdataToken(options())).rejects.toMatchObject(
      refused("unavailable", /Earthdata does not answer/),
    );
    const stopped = { ...options(), signal: AbortSignal.abort() };
    await expect(earthdataToken(stopped)).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("a token that is given", () => {
  test.each([
    ["without claims", "abc", undefined],
    ["that does not end", `x.${Buffer.from("{}").toString("base64url")}.y`, undefined],
    [
      "that ends later",
      `x.${Buffer.from('{"exp":4102444800}').toString("base64url")}.y`,
      new Date("2100-01-01"),
    ],
  ])("%s is taken", async (_, given, expires) => {
    const found = await earthdataToken({ env: { EARTHDATA_TOKEN: given } });
    expect(found).toEqual({ token: given, from: "EARTHDATA_TOKEN", ...(expires && { expires }) });
  });
});

describe("an archive, asked for credentials,", () => {
  const keys = {
    accessKeyId: "a",
    secretAccessKey: "b",
    sessionToken: "c",
    expiration: "2099-01-01 00:00:00+00:00",
  };

  test.each<[string, Reply, ReturnType<typeof refused>]>([
    ["a teapot", { status: 418 }, refused("invalid-answer", /s3credentials answered 418/)],
    ["400", { status: 400 }, refused("token-refused", /does not take the Earthdata token/)],
    [
      "403 without a word",
      { status: 403 },
      refused("eula", /refuses S3 credentials. Log in .*profile \(Applications\)/),
    ],
    ["no keys", { status: 200, body: "{}" }, refused("invalid-answer", /answered what are no credentials/)],
    [
      "no session",
      { status: 200, body: JSON.stringify({ ...keys, sessionToken: 1 }) },
      refused("invalid-answer", /no credentials/),
    ],
    [
      "no end",
      { status: 200, body: JSON.stringify({ ...keys, expiration: "soon" }) },
      refused("invalid-answer", /no credentials/),
    ],
    ["a redirect to nowhere", { status: 302 }, refused("foreign-redirect", /an unknown place/)],
  ])("answers with %s", async (_, reply, error) => {
    script = { [TOKEN]: [token], "archive/s3credentials": [reply] };
    await expect(s3Credentials(`${archive.url}/s3credentials`, options())).rejects.toMatchObject(error);
  });

  test("gives them with Python's blank in the date", async () => {
    script = { [TOKEN]: [token], "archive/s3credentials": [{ status: 200, body: JSON.stringify(keys) }] };
    expect(await s3Credentials(`${archive.url}/s3credentials`, options())).toEqual({
      ...keys,
      expiration: new Date("2099-01-01T00:00:00Z"),
    });
  });
});

describe("the older login", () => {
  const start = () => cookieLogin(`${archive.url}/keys`, login, options());
  const to = (server: HttpServer, path: string, cookies: readonly string[] = []): Reply => ({
    status: 302,
    headers: { location: `${server.url}${path}`, "set-cookie": cookies },
  });

  test("goes to the login and back, with the cookies of each", async () => {
    script = {
      "archive/keys": [to(urs, "/oauth", ["a=1; Path=/", "no cookie"]), { status: 200, body: "keys" }],
      "urs/oauth": [to(archive, "/keys", ["u=2"])],
    };
    expect(await start()).toBe("keys");
  });

  test.each<[string, () => Script, ReturnType<typeof refused>]>([
    [
      "never ends",
      () => ({ "archive/keys": [to(archive, "/keys")] }),
      refused("invalid-answer", /did not end after 8 redirects/),
    ],
    [
      "takes no password",
      () => ({ "archive/keys": [to(urs, "/o")], "urs/o": [{ status: 401 }] }),
      refused("invalid-login", /refuses the user name or password from the test/),
    ],
    [
      "is not enough for the archive",
      () => ({ "archive/keys": [to(urs, "/o"), { status: 401 }], "urs/o": [to(archive, "/keys")] }),
      refused("eula", /the account has not agreed to its terms/),
    ],
    [
      "asks for terms",
      () => ({ "archive/keys": [{ status: 403, body: '{"error_description":"agree"}' }] }),
      refused("eula", /\(agree\)/),
    ],
    [
      "shows a page in place of going back",
      () => ({ "archive/keys": [to(urs, "/o")], "urs/o": [{ status: 200, body: "<html>" }] }),
      refused("invalid-answer", /the login answered 200/),
    ],
    [
      "redirects without saying where",
      () => ({ "archive/keys": [{ status: 302 }] }),
      refused("invalid-answer", /the login answered 302/),
    ],
  ])("%s", async (_, made, error) => {
    script = made();
    await expect(start()).rejects.toMatchObject(error);
  });
});
