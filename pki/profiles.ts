import type { Certificate } from './certificate.ts';
import {
  basicConstraints,
  keyUsage,
  serverAndClient,
  subjectAltName,
  subjectKeyIdentifier,
} from './extensions.ts';
import { authorityOf, issuerOf, keyIdOf, type Fields } from './tbs.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** From when to when. */
export interface Validity {
  readonly days?: number;
  readonly now?: Date;
  /** Clocks of peers may run behind by this much: two minutes unless told, as istiod backdates what it issues. */
  readonly backdateMs?: number;
}

const backdate = 2 * minute;

/** How many days a CA lives, unless told. */
export const usualDays = { root: 3650, intermediate: 730 } as const;

const ofRoot = [basicConstraints(true), keyUsage(true)];
const ofIntermediate = [basicConstraints(true, 0), keyUsage(true)];
const ofLeaf = [keyUsage(false), serverAndClient(), basicConstraints(false)];

/** A root: ten years unless told. */
export function rootFields(o: Validity & { readonly subject: Buffer; readonly publicKey: Buffer }): Fields {
  const { days = usualDays.root, now = new Date(), backdateMs = backdate, subject, publicKey } = o;
  const keyId = keyIdOf(publicKey);
  return {
    subject,
    publicKey,
    issuer: { name: subject },
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + days * day),
    extensions: [...ofRoot, subjectKeyIdentifier(keyId), ...authorityOf(keyId)],
  };
}

/** An intermediate that may sign leaves and no further CA, for two years unless told, cut to its issuer's end. */
export function intermediateFields(
  o: Validity & { readonly subject: Buffer; readonly publicKey: Buffer; readonly issuer: Certificate },
): Fields {
  const { days = usualDays.intermediate, now = new Date(), backdateMs = backdate, subject, publicKey } = o;
  const issuer = issuerOf(o.issuer);
  return {
    subject,
    publicKey,
    issuer,
    ...within(o.issuer, now.getTime() - backdateMs, now.getTime() + days * day),
    extensions: [...ofIntermediate, subjectKeyIdentifier(keyIdOf(publicKey)), ...issuer.authority],
  };
}

/** A workload's certificate as istiod issues it: critical names, server and client. */
export function leafFields(o: {
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly issuer: Certificate;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ttlMs: number;
  readonly now?: Date | undefined;
  readonly backdateMs?: number | undefined;
}): Fields {
  const { subject, publicKey, uris, dnsNames, ttlMs, now = new Date(), backdateMs = backdate } = o;
  const issuer = issuerOf(o.issuer);
  return {
    subject,
    publicKey,
    issuer,
    ...within(o.issuer, now.getTime() - backdateMs, now.getTime() + ttlMs),
    extensions: [...ofLeaf, subjectAltName({ uris, dnsNames }, true), ...issuer.authority],
  };
}

function within(issuer: Certificate, from: number, to: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(Math.max(from, issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(to, issuer.notAfter.getTime())),
  };
}
