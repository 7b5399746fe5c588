import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { makeCsr } from '../../pki/csr.ts';
import { keyPem } from '../../pki/make.ts';

/** What a proxy holds from one CSR to the next: its key, its chain, and the roots that came with it. */
export interface WorkloadIdentity {
  readonly leaf: Certificate;
  /** Everything of the answer one after the other: Envoy's secret `default`, and what peers are shown. */
  readonly chainPem: string;
  /** Distinct, sorted by their text and without a final newline, as the agent merges them: secret `ROOTCA`. */
  readonly rootsPem: string;
  readonly roots: readonly Certificate[];
  /** The fingerprint of the intermediate that signed the leaf, found by signature; empty where it is not there. */
  readonly signer: string;
  readonly createdAt: Date;
  /** For the listener. Never printed. */
  readonly keyPem: string;
  /** For connections that the proxy opens. */
  readonly context: SecureContext;
}

/** A new ECDSA P-256 key and the request for it, as pilot-agent makes both at every renewal. */
export function newRequest(spiffeId: string): { readonly key: KeyObject; readonly csr: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, csr: makeCsr({ key: privateKey, spiffeId }) };
}

/** Reads istiod's answer: the first element begins with the leaf, the last is the whole of the roots. */
export function identityFrom(
  certChain: readonly string[],
  key: KeyObject,
  createdAt = new Date(),
): WorkloadIdentity {
  const last = certChain.at(-1);
  if (last === undefined) throw new Error('empty certificate chain in CSR response');
  const rootsPem = mergedRoots(parseBundle(last, 'last element of the CSR response'));
  return identityOf({ chainPem: certChain.join(''), rootsPem, keyPem: keyPem(key), createdAt });
}

/** An identity by its texts. Throws where one of them is none. */
export function identityOf(
  texts: Pick<WorkloadIdentity, 'chainPem' | 'rootsPem' | 'keyPem' | 'createdAt'>,
): WorkloadIdentity {
  const { chainPem, rootsPem, keyPem } = texts;
  const [leaf, ...others] = parseBundle(chainPem, 'chain of a workload');
  if (leaf === undefined) throw new Error('empty certificate chain');
  return {
    ...texts,
    leaf,
    roots: parseBundle(rootsPem, 'roots of a workload'),
    signer: others.find(({ x509 }) => leaf.x509.verify(x509.publicKey))?.fingerprint ?? '',
    context: createSecureContext({ cert: chainPem, key: keyPem, ca: rootsPem, minVersion: 'TLSv1.3' }),
  };
}

function mergedRoots(roots: readonly Certificate[]): string {
  return [...new Set(roots.map(({ pem }) => pem.trimEnd()))].toSorted().join('\n');
}

/** The SPIFFE ID of a peer's certificate by its alternative names; undefined where it is of another domain. */
export function peerOf(trustDomain: string, alternativeNames: string | undefined): string | undefined {
  const id = /URI:(spiffe:\/\/[^,\s]+)/.exec(alternativeNames ?? '')?.[1];
  return id?.startsWith(`spiffe://${trustDomain}/`) === true ? id : undefined;
}
