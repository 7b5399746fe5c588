import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Showing, Traffic } from './enact.ts';
import { lanes, type Lane } from './lanes.ts';

const file = new URL('seen.json', import.meta.url);
const countsFile = new URL('counts.json', import.meta.url);
const counts = z.record(z.string(), z.object({ attempted: z.number(), failed: z.number() }));
const shown = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const recorded = z.record(z.string(), z.record(z.string(), shown));

/** What changes from run to run, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/localhost:\d+/g, 'localhost:PORT'],
  [/(\b[a-z-]+[a-z0-9-]*)-[0-9a-f]{10}-[a-z0-9]{5}\b/g, '$1-…'],
  [/\b[0-9a-f]{32}\b/g, 'VERSION'],
  [/\b[0-9a-f]{4}…[0-9a-f]{4}\b/g, 'FINGERPRINT'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT'],
];

function scrubbed(text: string): string {
  return varying.reduce((all, [what, put]) => all.replaceAll(what, put), text);
}

const updating = process.env['UPDATE_GOLDEN'] === '1';

/** What persons were shown in each lane of the run that was recorded: docs/foreign-hands.md quotes it. */
export function seen(): Readonly<Record<string, Showing>> {
  return existsSync(file) ? recorded.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** How many handshakes failed then, by lane, where an act breaks traffic by itself: no two runs count alike. */
export function counted(): Readonly<Record<string, Traffic>> {
  return existsSync(countsFile) ? counts.parse(JSON.parse(readFileSync(countsFile, 'utf8'))) : {};
}

/** What is to be shown in a lane, and what was, without what changes from run to run. */
export function compared(
  { name }: Lane,
  { showing, traffic }: { readonly showing: Showing; readonly traffic: Traffic | undefined },
): { readonly now: Showing; readonly before: Showing } {
  const now = Object.fromEntries(
    Object.entries(showing).map(([strike, { code, message, hint }]) => [
      strike,
      { code, message: scrubbed(message), hint: scrubbed(hint) },
    ]),
  );
  if (updating) {
    const all = { ...seen(), [name]: now };
    const kept = lanes.map((lane) => [lane.name, all[lane.name] ?? {}]);
    write(file, recorded.parse(Object.fromEntries(kept)));
    if (traffic !== undefined) write(countsFile, { ...counted(), [name]: traffic });
  }
  return { now, before: seen()[name] ?? {} };
}

function write(to: URL, document: object): void {
  writeFileSync(to, `${JSON.stringify(document, undefined, 2)}\n`);
}
