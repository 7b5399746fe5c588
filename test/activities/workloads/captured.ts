import { readFileSync } from 'node:fs';
import { parseConfigDump, type ProxySecrets } from '../../../activities/workloads/config-dump.ts';

/** What a real proxy answered; see the fixtures' README. */
export function capturedDump(name: string): string {
  const file = new URL(`../../fixtures/envoy/${name}.config_dump.json`, import.meta.url);
  return readFileSync(file, 'utf8');
}

export function captured(name: string): ProxySecrets {
  return parseConfigDump(capturedDump(name), `proxy of ${name}`);
}

/** An instant at which the leaf of a captured proxy is valid. */
export function during({ chain: [leaf] }: ProxySecrets): Date {
  return new Date(leaf.notBefore.getTime() + 1000);
}
