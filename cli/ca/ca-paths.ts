import { join } from 'node:path';

/** The files of a CA's folder, as `issuer: files` reads them and Istio names them. Paths stay as they were typed. */
export const inFolder = {
  root: (folder: string): string => join(folder, 'root-cert.pem'),
  /** Not of the new CA: it signs, and stays off line. */
  rootKey: (folder: string): string => join(folder, 'root-key.pem'),
  cert: (folder: string, unit: string): string => join(folder, unit, 'ca-cert.pem'),
  chain: (folder: string, unit: string): string => join(folder, unit, 'cert-chain.pem'),
  key: (folder: string, unit: string): string => join(folder, unit, 'ca-key.pem'),
  request: (folder: string, unit: string): string => join(folder, unit, 'ca-cert.csr'),
};
