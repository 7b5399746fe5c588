/** The problems by which istiod's refusals of a changed set are named. */
export type RefusalCode =
  | 'ISTIOD_MULTIROOT_OFF'
  | 'ISTIOD_REFUSED_ROOT'
  | 'ISTIOD_REFUSED_KEY'
  | 'ISTIOD_REFUSED_CHAIN'
  | 'ISTIOD_FILES_UNREADABLE'
  | 'ISTIOD_RELOAD_FAILED'
  | 'ISTIOD_WATCH_ENDED';

/**
 * Texts as istiod 1.24 to 1.30 prints them (pilot/pkg/bootstrap/istio_ca.go, security/pkg/pki/util), the more
 * telling first: a refusal by the verifier is wrapped into one of the reload.
 */
const refusals: readonly (readonly [string, RefusalCode])[] = [
  ['Multi root is disabled, updating new ROOT-CA not supported', 'ISTIOD_MULTIROOT_OFF'],
  ['Updating new ROOT-CA not supported', 'ISTIOD_REFUSED_ROOT'],
  ['the cert does not match the key', 'ISTIOD_REFUSED_KEY'],
  ['cannot verify the cert with the provided root chain and cert pool', 'ISTIOD_REFUSED_CHAIN'],
  ['unable to determine signing file format', 'ISTIOD_FILES_UNREADABLE'],
  ['failed reading root-cert.pem', 'ISTIOD_FILES_UNREADABLE'],
  ['Failed to update new Plug-in CA certs', 'ISTIOD_RELOAD_FAILED'],
  ['reload istiod cert failed', 'ISTIOD_RELOAD_FAILED'],
  ['failed to catch events on cacerts file', 'ISTIOD_WATCH_ENDED'],
];

/** The code of the refusal that a message tells of. */
export function refusalIn(message: string): RefusalCode | undefined {
  return refusals.find(([text]) => message.includes(text))?.[1];
}

/** True for what an istiod without multi-root says to every change of the root: a restart mends it. */
export function mendedByRestart(code: RefusalCode): boolean {
  return code === 'ISTIOD_MULTIROOT_OFF' || code === 'ISTIOD_REFUSED_ROOT';
}
