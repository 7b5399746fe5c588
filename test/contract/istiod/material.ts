import { readFileSync } from 'node:fs';
import { type Issuer, keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';

/** The same names as in the fixtures, so that the printed lines can be equal. */
export const rootA = makeRoot({ commonName: 'Root A', organization: 'Test' });
export const rootB = makeRoot({ commonName: 'Root B', organization: 'Test' });
export const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A', organization: 'Istio' });
export const b = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B', organization: 'Istio' });
export const rootsAB = rootA.cert.pem + rootB.cert.pem;

/** A set as the CSI driver mounts it. */
export function mounted(signer: Issuer, root: Issuer, roots: string): Files {
  return {
    'root-cert.pem': roots,
    'ca-cert.pem': signer.cert.pem,
    'ca-key.pem': keyPem(signer.key),
    'cert-chain.pem': signer.cert.pem + root.cert.pem,
  };
}

/** A set as cert-manager writes it into a `kubernetes.io/tls` secret. */
export function tlsSecret(signer: Issuer, root: Issuer): Files {
  return { 'tls.crt': signer.cert.pem, 'tls.key': keyPem(signer.key), 'ca.crt': root.cert.pem };
}

export const states = {
  S0: mounted(a, rootA, rootA.cert.pem),
  S1: mounted(a, rootA, rootsAB),
  S2: mounted(b, rootB, rootsAB),
  S3: mounted(b, rootB, rootB.cert.pem),
} as const;

/** A fixture's lines with everything that differs from run to run replaced by a word. */
export function fixture(name: string): readonly string[] {
  return normal(readFileSync(`test/fixtures/istiod-1.30.3/${name}.log`, 'utf8').split('\n').slice(0, -1));
}

/**
 * PEM bodies differ in length by the kind of key, so each becomes one line. The rotator of a self-signed CA waits for some
 * seconds of an hour (istio security/pkg/pki/ca/selfsignedcarootcertrotator.go): `53m35s`, and `35s` once in sixty starts.
 */
export function normal(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/BEGIN CERTIFICATE-----\n[^-]*\n-----END/g, 'BEGIN CERTIFICATE-----\nPEM\n-----END')
    .replaceAll(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/gm, 'TIME')
    .replaceAll(/SN: [0-9a-f]+/g, 'SN: SERIAL')
    .replaceAll(/Not(Before|After): "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, 'Not$1: "INSTANT"')
    .replaceAll(/(?<=back off time |wait )(?:\d+m)?\d+s/g, 'DURATION')
    .split('\n');
}

/** What the CA prints; the others, such as krt, sync and controllers, print when they like. */
const ofCa: readonly string[] = ['pkica', 'rootcertrotator', 'spiffe', 'trustBundle'];

/** The lines of the CA alone, of an entry all or none. */
export function caLines(lines: readonly string[]): readonly string[] {
  let isWanted = false;
  return lines.filter((line) => {
    const [at, level, scope, message] = line.split('\t');
    if (at === 'TIME' && level !== undefined) {
      isWanted = message === undefined || ofCa.includes(scope ?? '');
    }
    return isWanted;
  });
}
