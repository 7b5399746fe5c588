/** A CA set by the names of its parts, as istiod reads it from a volume or a Secret. */
export interface SetLayout {
  readonly root: string;
  readonly cert: string;
  readonly key: string;
  /** Undefined where the certificate is the root itself. */
  readonly chain: string | undefined;
}

/** Of istiod's own format, of kubernetes.io/tls as cert-manager writes it, and of istio-ca-secret. */
export const setLayouts: readonly SetLayout[] = [
  { root: 'root-cert.pem', cert: 'ca-cert.pem', key: 'ca-key.pem', chain: 'cert-chain.pem' },
  { root: 'ca.crt', cert: 'tls.crt', key: 'tls.key', chain: 'tls.crt' },
  { root: 'ca-cert.pem', cert: 'ca-cert.pem', key: 'ca-key.pem', chain: undefined },
];

/** Names that say what a part is, whatever is in it. */
export const anchorNames: ReadonlySet<string> = new Set(['root-cert.pem', 'ca.crt', 'root-cert']);
export const chainNames: ReadonlySet<string> = new Set(['ca-cert.pem', 'cert-chain.pem', 'tls.crt']);
