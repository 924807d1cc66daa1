import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, type TestServer } from "./http-server-listen.js";
import { authenticate, type Principal } from "./s3-emulator-auth.js";
import { S3Refusal, xmlDocument, xmlElement } from "./s3-emulator-errors.js";
import {
  deleteObjects,
  getObject,
  listObjects,
  type Objects,
  putObject,
  type S3Answer,
} from "./s3-emulator-objects.js";

export interface EmulatedBucket {
  readonly region: string;
  /** Anyone may read and list. */
  readonly anonymous: boolean;
  /** Nobody may list: S3 then answers 403 for keys that do not exist. */
  readonly hidesMissing: boolean;
  readonly objects: Objects;
}

export interface S3EmulatorOptions {
  readonly principals?: readonly Principal[];
  /** Most keys on one page of a listing. Default 1000, as S3. */
  readonly pageSize?: number;
  /**
   * Makes a server that lies: given each true answer, with its request, it yields the one to send, or sends one itself
   * and yields undefined.
   */
  readonly lie?: (
    answer: S3Answer,
    request: IncomingMessage,
    response: ServerResponse,
  ) => S3Answer | undefined;
}

export interface S3Emulator extends TestServer {
  /** By access key; may be changed while the server runs. */
  readonly principals: Map<string, Principal>;
  readonly buckets: Map<string, EmulatedBucket>;
  addBucket(name: string, options?: Partial<Omit<EmulatedBucket, "objects">>): EmulatedBucket;
  /** What was asked, in order: `GET /bucket/key bytes=0-9`. */
  readonly requests: string[];
}

/**
 * S3 in memory, as strict as AWS where it matters to a client: signatures, session tokens and their expiry,
 * regions, conditional puts, ranges, checksums, paging, anonymous buckets and read-only principals. Buckets are
 * in the path. Faults come from a proxy in front (faults.ts).
 */
export async function startS3Emulator(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const principals = new Map((options.principals ?? []).map((one) => [one.accessKeyId, one]));
  const buckets = new Map<string, EmulatedBucket>();
  const requests: string[] = [];
  const pageSize = options.pageSize ?? 1000;

  function answer(request: IncomingMessage, body: Uint8Array): S3Answer {
    const { method = "GET", url: target = "/", headers } = request;
    requests.push([method, target, headers.range].filter(Boolean).join(" "));
    const url = new URL(target, "http://s3");
    const [name = "", ...rest] = url.pathname.slice(1).split("/");
    const key = decodeURIComponent(rest.join("/"));
    const bucket = buckets.get(name);
    const signed = { method, target, headers, body };
    const principal = authenticate(signed, principals, bucket?.region ?? "us-west-2");
    const reads = method === "GET" || method === "HEAD";
    if (principal === undefined ? !(bucket?.anonymous && reads) : principal.readOnly && !reads) {
      throw new S3Refusal(403, "AccessDenied", "Access Denied");
    }
    if (bucket === undefined) throw new S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
    if (key === "") return bucketRequest(bucket, name, method, url.searchParams, headers, body);
    if (reads) {
      if (bucket.hidesMissing && !bucket.objects.has(key))
        throw new S3Refusal(403, "AccessDenied", "Access Denied");
      return getObject(bucket.objects, key, headers);
    }
    if (method === "PUT") return putObject(bucket.objects, key, headers, body);
    if (method === "DELETE") {
      bucket.objects.delete(key);
      return { status: 204 };
    }
    throw new S3Refusal(405, "MethodNotAllowed", method);
  }

  function bucketRequest(
    bucket: EmulatedBucket,
    name: string,
    method: string,
    query: URLSearchParams,
    headers: IncomingMessage["headers"],
    body: Uint8Array,
  ): S3Answer {
    if (method === "HEAD") return { status: 200, headers: { "x-amz-bucket-region": bucket.region } };
    if (method === "POST" && query.has("delete")) return deleteObjects(bucket.objects, headers, body);
    if (method === "GET" && query.get("list-type") === "2") {
      if (bucket.hidesMissing) throw new S3Refusal(403, "AccessDenied", "Access Denied");
      return listObjects(bucket.objects, name, query, pageSize);
    }
    throw new S3Refusal(501, "NotImplemented", `${method} of a bucket`);
  }

  const server = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const truth = answerOrRefusal(() => answer(request, body));
    const reply = options.lie ? options.lie(truth, request, response) : truth;
    if (reply === undefined) return;
    const bytes = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
    response.writeHead(reply.status, { ...reply.headers, "content-length": bytes?.length ?? 0 });
    response.end(request.method === "HEAD" ? undefined : bytes);
  });

  return {
    ...server,
    principals,
    buckets,
    requests,
    addBucket(name, given = {}) {
      const bucket = {
        region: "us-west-2",
        anonymous: false,
        hidesMissing: false,
        ...given,
        objects: new Map(),
      };
      buckets.set(name, bucket);
      return bucket;
    },
  };
}

function answerOrRefusal(answer: () => S3Answer): S3Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error;
    const content = `${xmlElement("Code", error.code)}${xmlElement("Message", error.message)}`;
    const headers = { "content-type": "application/xml", ...error.headers };
    return { status: error.status, headers, body: xmlDocument("Error", content) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}
