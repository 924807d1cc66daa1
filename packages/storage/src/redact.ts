/**
 * A URL as it may be logged and recorded: without user, password, query and fragment. Signed URLs carry their
 * signature in the query under many names, so every query goes. Paths come back as they are.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  if (scheme === undefined || scheme.toLowerCase() === "file://") return url;
  const [address = "", query] = url.split(/[?#]/, 2);
  const authority = address.slice(scheme.length).split("/", 1)[0] ?? "";
  const path = address.slice(scheme.length + authority.length);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return `${scheme}${host}${path}${query === undefined ? "" : "?…"}`;
}
