/**
 * A URL as it may be logged and recorded: without user, password, query and fragment. Signed URLs carry their
 * signature in the query under many names, so every query goes. Paths come back as they are.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  if (scheme === undefined || scheme.toLowerCase() === "file://") return url;
  const rest = url.slice(scheme.length);
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  // What is no port is a password, which may go on behind a slash: a secret key of AWS often does.
  const holder = /:(?!\d*$)/.test(authority) && !authority.includes("@") ? rest : authority;
  const [address = "", query] = rest.slice(holder.lastIndexOf("@") + 1).split(/[?#]/, 2);
  return `${scheme}${address}${query === undefined ? "" : "?…"}`;
}
