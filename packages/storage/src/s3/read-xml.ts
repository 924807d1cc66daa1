import { StorageError } from "../errors.js";
import type { HttpAnswer, HttpRequest } from "../http/message.js";
import { saidError } from "../http/refusal.js";
import { wholeBody } from "../http/whole-body.js";
import { PAGE_BYTES } from "./listing.js";
import { rootOf, XmlProblem } from "./xml.js";

/**
 * What `parse` reads in the XML of an answer. S3 may begin an answer with 200 and find an error then: that is told as any
 * other. What is no such XML (a login page that a network puts in between, an answer cut off) is `invalid`.
 */
export async function readXml<T>(
  answer: HttpAnswer,
  url: string,
  method: HttpRequest["method"],
  parse: (xml: string) => T,
): Promise<T> {
  const xml = new TextDecoder().decode(await wholeBody(answer, url, { maxBytes: PAGE_BYTES }));
  try {
    if (rootOf(xml) === "Error") throw saidError(url, { method }, answer, xml);
    return parse(xml);
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    throw new StorageError("invalid", url, `what the server sent is no answer of S3: ${error.message}`);
  }
}
