import { join } from 'node:path';
import { Problem } from '../../problems/problem.ts';

/** What the kernel keeps of the path of a socket, less its end (unix(7) of Linux, and of macOS): Go takes no more. */
const longest = process.platform === 'linux' ? 107 : 103;

/** Where the programs of a cluster are asked for, in its folder. Throws LAB_FOLDER_TOO_DEEP. */
export function programsSocket(folder: string): string {
  const path = join(folder, 'programs.sock');
  const length = Buffer.byteLength(path);
  if (length <= longest) return path;
  const [expected, found] = [`a path of at most ${longest} bytes`, `${length} bytes`];
  throw new Problem('LAB_FOLDER_TOO_DEEP', { object: `the socket ${path}`, expected, found });
}
