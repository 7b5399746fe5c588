/**
 * What is said of a certificate from the future by Go (`x509: certificate has expired or is not yet valid: current
 * time … is before …`), by OpenSSL, and by this product's own look at a path.
 */
const fromFuture = [
  /not yet valid: current time \S+ is before/,
  /certificate is not yet valid/,
  /is not valid before/,
];

/** How to see by how much the clock of a replica's node is off; undefined where a text tells of no such thing. */
export function clockHint(
  text: string,
  { namespace, pod }: { readonly namespace: string; readonly pod: string },
): string | undefined {
  if (!fromFuture.some((pattern) => pattern.test(text))) return undefined;
  const node = `$(kubectl get pod ${pod} -n ${namespace} -o jsonpath='{.spec.nodeName}')`;
  return (
    `a clock is off, that of its node or that of the worker; compare: date -u; kubectl debug node/${node} -it --image=busybox -- date -u; ` +
    `set it right and restart the replica: kubectl delete pod ${pod} -n ${namespace}; then: meshturn rotation retry …`
  );
}
