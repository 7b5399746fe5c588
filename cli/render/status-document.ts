import type { Seen } from '../rotations.ts';
import { json } from './json.ts';

/** What `rotation status -o json` prints: null where no worker has ever taken the rotation up. */
export function statusDocument(seen: Seen): string {
  const document = seen.kind === 'live' ? seen.progress : (seen.memo ?? null);
  return json(document);
}
