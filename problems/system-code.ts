/** The name of a failed system call's error: `EACCES`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** True where it failed since there is nothing of the path's name. */
export function isMissing(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}
