/** What the places that a CA is written to take. */
export const mostBytes = {
  /** A secret of Key Vault. */
  keyVaultSecret: 25 * 1024,
  /** All values of a Secret of Kubernetes. */
  secret: 1024 * 1024,
} as const;
