import { stat } from 'node:fs/promises';

/** No CA file is as large; a larger one is no file of a CA. */
const mostBytes = 4 * 1024 * 1024;

/**
 * What keeps a path from being that of a CA's file, looked at before it is opened: nobody may ever write to a pipe, and
 * a device has no end. Of a folder its reader is told by the system. Throws the system's errors.
 */
export async function unfitFile(path: string): Promise<{ expected: string; found: string } | undefined> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory())
    return { expected: 'a regular file', found: 'a pipe, a socket or a device' };
  if (found.size <= mostBytes) return undefined;
  return { expected: 'at most 4 MB', found: `${found.size} bytes` };
}
