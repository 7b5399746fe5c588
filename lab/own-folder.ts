import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAbortion } from '../worker/is-abortion.ts';

/** Works in a folder that only its owner reads, and that goes with the work. What the work fails by is told first. */
export async function inOwnFolder<T>(
  work: (folder: string) => Promise<T>,
  remove = removeFolder,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-'));
  const [done] = await Promise.allSettled([work(folder)]);
  const [removed] = await Promise.allSettled([remove(folder)]);
  // That it was told to end is worth less than keys that stay behind.
  const isTold = done.status === 'rejected' && !isAbortion(done.reason);
  if (removed.status === 'rejected' && !isTold) throw removed.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
