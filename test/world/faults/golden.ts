import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { scenarios } from '../../../sim/scenarios/registry.ts';
import type { Scenario } from '../../../sim/scenarios/scenario.ts';
import type { Showing } from './enact.ts';
import type { Traffic } from './traffic.ts';

const file = new URL('seen.json', import.meta.url);
const shown = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const showingOf = z.partialRecord(z.enum(['plan', 'distribute', 'activate', 'revoke']), shown);
const recorded = z.record(
  z.string(),
  z.object({
    phases: showingOf,
    traffic: z.object({ attempted: z.number(), failed: z.number() }).optional(),
  }),
);
export type Seen = z.infer<typeof recorded>[string];

/** What changes from run to run, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/localhost:\d+/g, 'localhost:PORT'],
  [/(\b[a-z-]+[a-z0-9-]*)-[0-9a-f]{10}-[a-z0-9]{5}\b/g, '$1-…'],
  // The run of a CronJob that fails first may be its own or the one that was asked for.
  [/(validator-cronjob-asm-\d+-\d+)-(?:mt-[0-9a-f]{10}-)?\d+/g, '$1-…'],
  // Of what is asked at one time, anything may be refused first.
  [/^[a-z]+(?: in [\w-]+)?(?= of cluster \S+: the API server does not accept)/g, 'OBJECTS'],
  [/\bleaf [0-9a-f]{20,}/g, 'leaf SERIAL'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT'],
];

function scrubbed(text: string): string {
  return varying.reduce((all, [what, put]) => all.replaceAll(what, put), text);
}

/** What persons were shown of each scenario in the run that was recorded: docs/faults.md quotes it. */
export const seen = recordedIn(file);

function recordedIn(path: URL): Readonly<Record<string, Seen>> {
  return existsSync(path) ? recorded.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
}

const updating = process.env['UPDATE_GOLDEN'] === '1';
const now = new Map<string, Seen>();

export const golden = {
  /** Takes down what was shown, without what changes from run to run. */
  of({ name }: Scenario, showing: Showing, traffic?: Traffic): Showing {
    const entries = Object.entries(showing).map(([phase, { code, message, hint }]) => [
      phase,
      { code, message: scrubbed(message), hint: scrubbed(hint) },
    ]);
    const plain = showingOf.parse(Object.fromEntries(entries));
    now.set(name, { phases: plain, ...(traffic && { traffic }) });
    return plain;
  },

  expected({ name }: Scenario): Showing | undefined {
    return (updating ? now.get(name) : seen[name])?.phases;
  },

  /** Keeps what is new of those that ran, and forgets those that are no more. */
  write(): void {
    if (!updating) return;
    const before = recordedIn(file);
    const all = scenarios.map(({ name }) => [name, now.get(name) ?? before[name] ?? { phases: {} }]);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
  },
};
