/** True for what ends because its signal was aborted: it says nothing that whoever aborted it does not know. */
export function isAbortion(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
