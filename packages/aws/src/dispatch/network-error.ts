const NETWORK =
  /^(TimeoutError|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|NetworkingError)$/;

/** Whether an error of an AWS client says that AWS was not reached at all: it has refused nothing. */
export function isNetworkError(error: unknown): boolean {
  const { name, code } = error as Error & { readonly code?: string };
  return NETWORK.test(name) || NETWORK.test(code ?? "");
}
