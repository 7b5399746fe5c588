import type { MountedFiles } from '../world.ts';

/** The texts of a signing set, and the form in which it was found. */
export interface SigningFiles {
  readonly form: 'istiod file format' | 'kubernetes.io/tls secret type';
  readonly rootFile: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The chain files one after the other; undefined where one is missing. */
  readonly chain: string | undefined;
  readonly root: string | undefined;
}

/**
 * Looks into the folder that istiod has at ROOT_CA_DIR. In a set that holds both forms `tls.crt` wins
 * (pilot/pkg/bootstrap/istio_ca.go, detectSigningCABundle).
 */
export function readSigningFiles(files: MountedFiles | undefined): SigningFiles {
  const read = (name: string): string | undefined => files?.read(name);
  const leaf = read('tls.crt');
  if (leaf !== undefined) {
    const root = read('ca.crt');
    return {
      form: 'kubernetes.io/tls secret type',
      rootFile: 'ca.crt',
      cert: leaf,
      key: read('tls.key'),
      chain: root === undefined ? undefined : joined(leaf, root),
      root,
    };
  }
  return {
    form: 'istiod file format',
    rootFile: 'root-cert.pem',
    cert: read('ca-cert.pem'),
    key: read('ca-key.pem'),
    chain: read('cert-chain.pem'),
    root: read('root-cert.pem'),
  };
}

/** What istiod ≥ 1.27 asks of a set at start: all of it, or nothing of it. */
export function completeness({ cert, key, chain, root }: SigningFiles): 'complete' | 'incomplete' | 'none' {
  const there = [cert, key, chain, root].filter((file) => file !== undefined && file !== '').length;
  if (there === 4) return 'complete';
  return there === 0 ? 'none' : 'incomplete';
}

function joined(first: string, second: string): string {
  return first.endsWith('\n') ? first + second : `${first}\n${second}`;
}
