import type { Certificate } from './certificate.ts';

/** Each certificate once, in the order of its first place. */
export function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.map((one) => [one.fingerprint, one])).values()];
}
