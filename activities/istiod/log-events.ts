import type { LogEntry } from './log-entry.ts';
import { refusalIn, type RefusalCode } from './log-refusals.ts';

/** A certificate as istiod prints it after a load; serials in lowercase hexadecimal without leading zeros. */
interface LoggedCertificate {
  readonly issuer: string;
  /** Empty for istiod's own DNS leaf. */
  readonly subject: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/**
 * What an entry of istiod's log tells about its CA. None of these proves that something is loaded: the same
 * lines are printed for a reload that changed nothing. Only serial numbers are evidence.
 */
export type LogEvent = { readonly at: Date } & (
  | { readonly kind: 'certificate'; readonly certificate: LoggedCertificate }
  | { readonly kind: 'updating' | 'reloaded' }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly text: string }
  | { readonly kind: 'started'; readonly ca: 'plugged-in' | 'self-signed' }
  | { readonly kind: 'peersAdded'; readonly count: number; readonly trustDomain: string }
);

const certificateLine =
  /^x509 cert - Issuer: "(?<issuer>.*)", Subject: "(?<subject>.*)", SN: (?<serial>[0-9a-f]+), NotBefore: "(?<notBefore>[^"]+)", NotAfter: "(?<notAfter>[^"]+)"$/;
const peersLine = /^Added (?<count>\d+) certs to trust domain (?<trustDomain>\S+) in peer cert verifier$/;

/** Undefined for entries that say nothing about the CA. */
export function eventOf({ at, scope, message }: LogEntry): LogEvent | undefined {
  const certificate = certificateLine.exec(message)?.groups;
  if (certificate !== undefined) return { kind: 'certificate', at, certificate: logged(certificate) };
  const peers = scope === 'spiffe' ? peersLine.exec(message)?.groups : undefined;
  if (peers !== undefined) {
    return { kind: 'peersAdded', at, count: Number(peers['count']), trustDomain: peers['trustDomain'] ?? '' };
  }
  if (message === 'Update Istiod cacerts') return { kind: 'updating', at };
  if (message === 'Istiod certificates are reloaded') return { kind: 'reloaded', at };
  if (message === 'Use local CA certificate') return { kind: 'started', at, ca: 'plugged-in' };
  if (message === 'Use self-signed certificate as the CA certificate') {
    return { kind: 'started', at, ca: 'self-signed' };
  }
  const code = refusalIn(message);
  return code === undefined ? undefined : { kind: 'refused', at, code, text: message };
}

function logged(groups: Readonly<Record<string, string>>): LoggedCertificate {
  return {
    issuer: groups['issuer'] ?? '',
    subject: groups['subject'] ?? '',
    serial: (groups['serial'] ?? '').replace(/^0+(?=.)/, ''),
    notBefore: groups['notBefore'] ?? '',
    notAfter: groups['notAfter'] ?? '',
  };
}
