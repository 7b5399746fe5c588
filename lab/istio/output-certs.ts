import { mkdirSync, readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { identityOf, type WorkloadIdentity } from '../../sim/proxies/identity.ts';

/** pkg/nodeagent/util, OutputKeyCertToDir: the names under which an agent writes down what Envoy gets. */
const files = { keyPem: 'key.pem', chainPem: 'cert-chain.pem', rootsPem: 'root-cert.pem' };

/** More than an agent needs for the three of them. */
const settleMs = 20;

/** Calls back with what an agent has written into the folder, now and after each change. Returns how to end that. */
export function followOutput(folder: string, use: (identity: WorkloadIdentity) => void): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const identity = readOutput(folder);
      if (identity !== undefined) use(identity);
    }, settleMs);
  });
  return () => {
    watcher.close();
    clearTimeout(timer);
  };
}

/** Undefined between two of the writes: another follows, and is told. */
function readOutput(folder: string): WorkloadIdentity | undefined {
  const [keyPem, chainPem, rootsPem] = [files.keyPem, files.chainPem, files.rootsPem].map((name) =>
    readIfThere(join(folder, name)),
  );
  if (keyPem === undefined || chainPem === undefined || rootsPem === undefined) return undefined;
  if (!new X509Certificate(chainPem).checkPrivateKey(createPrivateKey(keyPem))) return undefined;
  const createdAt = statSync(join(folder, files.chainPem)).mtime;
  return identityOf({ keyPem, chainPem, rootsPem, createdAt });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
