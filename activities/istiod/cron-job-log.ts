import { withoutSecrets } from '../redact.ts';

const longestWords = 200;
/** Of a log's end so much is looked at: what redaction cuts off beyond its own limit is then never the last line. */
const end = 800;

/**
 * What a run of the add-on's validator CronJob said: it saw a changed root and restarted istiod, or it saw
 * none. Undefined where its log holds neither line. The texts are those of the add-on (article "Plug in CA
 * certificates for Istio-based service mesh add-on").
 */
export function cronJobVerdict(log: string): 'detected' | 'not detected' | undefined {
  if (log.includes('Root certificate update not detected')) return 'not detected';
  if (log.includes('Root certificate update detected')) return 'detected';
  return undefined;
}

/** The last line of a log, in quotes and without secrets. */
export function lastWords(log: string): string {
  const line = withoutSecrets(log.trimEnd().slice(-end)).trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? 'nothing' : JSON.stringify(line.slice(-longestWords));
}
