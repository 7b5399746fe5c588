import { rm } from 'node:fs/promises';
import { isAbortion } from '../worker/is-abortion.ts';
import { makeTemporaryFolder } from '../worker/temporary-folder.ts';

/**
 * Works in a folder that only its owner reads, and that goes with the work. What the work fails by is told first. Throws
 * TEMPORARY_FOLDER_UNUSABLE too.
 */
export async function inOwnFolder<T>(
  work: (folder: string) => Promise<T>,
  remove = removeFolder,
): Promise<T> {
  const folder = await makeTemporaryFolder('meshturn-lab-');
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
