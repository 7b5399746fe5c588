import { join } from 'node:path';
import { rootPath, unitPaths } from '../../activities/new-ca/files.ts';

/** The files of a CA's folder, as `issuer: files` reads them, and those beside them. Paths stay as they were typed. */
export const inFolder = {
  root: (folder: string): string => rootPath(folder),
  /** Not of the new CA: it signs, and stays off line. */
  rootKey: (folder: string): string => join(folder, 'root-key.pem'),
  cert: (folder: string, unit: string): string => unitPaths(folder, unit).cert,
  chain: (folder: string, unit: string): string => unitPaths(folder, unit).chain,
  key: (folder: string, unit: string): string => unitPaths(folder, unit).key,
  request: (folder: string, unit: string): string => join(folder, unit, 'ca-cert.csr'),
};
