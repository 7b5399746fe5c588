/** As Go's strconv.ParseBool reads an environment, which is how istiod and pilot-agent do. */
export function isTrue(value: string | undefined): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value ?? '');
}
