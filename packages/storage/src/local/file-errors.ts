import { StorageError, type StorageErrorCode } from "../errors.js";

const CODES: Readonly<Record<string, StorageErrorCode>> = {
  ENOENT: "not-found",
  ENOTDIR: "not-found",
  EISDIR: "not-found",
  ELOOP: "not-found",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied",
  EEXIST: "exists",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
};

const CONSEQUENCE: Partial<Record<StorageErrorCode, string>> = {
  "not-found": "no such file",
  denied: "no permission",
  exists: "the file is there already",
  "no-space": "the disk or quota is full; free some space and run again",
};

/** The StorageError of a failed system call on `path`; other errors as they are. */
export function fileError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || "transient" in error) return error;
  const code = CODES[String(error.code)] ?? "invalid";
  const inFile = error.code === "ENOTDIR" ? "a part of this path is a file, not a folder" : undefined;
  const what = inFile ?? CONSEQUENCE[code] ?? error.message;
  return new StorageError(code, path, what, { cause: error });
}
