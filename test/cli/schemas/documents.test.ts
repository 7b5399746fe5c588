import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fileOf } from '../../../cli/schemas/documents.ts';
import { memoOf } from '../../../rotation/memo.ts';
import { activating, completed, forbidden, now, observed, progress } from '../samples.ts';
import { fleetFile, scripted, session, type World } from '../session.ts';
import { complaints, documents, expectDescribed, schemaOf, urlOf, type DocumentName } from './committed.ts';
import { factsOf, lost } from './facts.ts';

const names = z.array(z.custom<DocumentName>()).parse(Object.keys(documents));
const committed = (name: DocumentName): unknown => JSON.parse(readFileSync(urlOf(fileOf(name)), 'utf8'));

/** As prettier leaves it, so that the file is the same whoever writes it. */
async function formatted(url: URL, text: string): Promise<string> {
  const file = url.pathname;
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

/** The page over the schemas, one line a document. */
function page(): string {
  const rows = Object.entries(documents).map(
    ([name, { printedBy }]) =>
      `| [${name}](${fileOf(name)}) | ${printedBy.map((command) => `\`${command}\``).join(', ')} |`,
  );
  return `# Documents

What commands print as JSON, by JSON Schema (draft 2020-12). Each document says in its key \`schema\` which one describes it; every line of a stream does.

| schema | printed by |
| --- | --- |
${rows.join('\n')}

- A version only ever grows: keys and values of enumerations are added, none is taken away, and what is always there stays so. Pass over what you do not know.
- A key whose value is unknown is left out; nothing is \`null\`. The one exception: \`rotation status -o json\` prints \`null\` where no worker has ever taken the rotation up.
- Instants are ISO 8601 in UTC, durations are in seconds, certificates are named by the SHA-256 of their DER.
- Errors are no documents: they go to stderr as text, with a code in brackets ([problems.md](../problems.md)), and decide the exit code (\`meshturn help exit-codes\`).
`;
}

describe('the schemas of documents', () => {
  it.each(names)('are committed as they are, and have lost nothing: %s', async (name) => {
    const url = urlOf(fileOf(name));
    const schema = schemaOf(name);
    if (existsSync(url))
      expect(lost(committed(name), schema), 'what readers rely on and is gone').toEqual([]);
    const text = await formatted(url, JSON.stringify(schema));
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(url, text);
    expect(readFileSync(url, 'utf8')).toBe(text);
  });

  it('are told of on a page, and there is no other', async () => {
    const url = urlOf('README.md');
    const text = await formatted(url, page());
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(url, text);
    expect(readFileSync(url, 'utf8')).toBe(text);
    expect(readdirSync(urlOf('.')).sort()).toEqual(['README.md', ...names.map(fileOf)].sort());
  });

  it.each(names)('are missed by a reader, whichever key goes: %s', (name) => {
    const keys = factsOf(committed(name)).filter((fact) => fact.endsWith('is always there'));
    expect(keys.length).toBeGreaterThan(0);
    expect(lost(committed(name), committed(name))).toEqual([]);
    const { properties, ...rest } = z
      .looseObject({ properties: z.record(z.string(), z.unknown()).catch({}) })
      .parse(committed(name));
    for (const gone of Object.keys(properties)) {
      const others = Object.fromEntries(Object.entries(properties).filter(([key]) => key !== gone));
      expect(lost(committed(name), { ...rest, properties: others }).length, gone).toBeGreaterThan(0);
    }
  });

  it('let a key be added, and none be made optional or of another type', () => {
    const before = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const after = { ...before, properties: { ...before.properties, b: { type: 'number' } } };
    expect(lost(before, after)).toEqual([]);
    expect(lost(before, { ...after, required: [] })).toEqual(['.a is always there']);
    expect(lost(before, { ...after, properties: { a: { type: 'number' } } })).toEqual([
      '.a is of type string',
    ]);
  });
});

describe('what a command prints', () => {
  const live = (state = progress()): World => ({ rotations: scripted({ kind: 'live', progress: state }) });
  const stop = activating({ state: 'stopped', awaiting: undefined, stopped: forbidden });
  const stopped = progress({ state: 'stopped', phases: [{ ...stop, state: 'stopped' }] });
  const violation = { invariant: 2, code: 'ROOT_IN_USE', unit: 'aks-weu-1', text: 'used', mend: 'wait' };
  const failed = progress({
    state: 'failed',
    endedAt: now.toISOString(),
    stopped: forbidden,
    violations: [violation, { ...violation, overridden: 'tested' }],
  });
  const status = 'rotation status prod/payments -o json';
  const plan = `rotation plan -f ${fleetFile} --root ./root-b`;
  const torn = observed((unit) => ({
    ...unit,
    source: { ...unit.source, signer: undefined, heldBy: 'r-ffffffff' },
    istiods: unit.istiods.map((one) => ({ ...one, serves: undefined, handsOut: unit.source.roots })),
  }));
  const row = { ...{ fleet: 'prod', mesh: 'payments', kind: 'root', phase: '' }, state: 'terminated' };
  const rows = [{ ...row, startedAt: now.toISOString(), endedAt: undefined }];

  it.each([
    ['a rotation that has no plan yet', status, live(progress({ state: 'observing', phases: [], from: [] }))],
    ['a running rotation', status, live()],
    ['a stopped rotation', status, live(stopped)],
    ['a completed rotation', status, live(completed())],
    ['a failed rotation', status, live(failed)],
    [
      'a rotation without a worker',
      status,
      { rotations: scripted({ kind: 'silent', memo: memoOf(stopped, now.toISOString()) }) },
    ],
    [
      'a rotation without a worker, at its end',
      status,
      { rotations: scripted({ kind: 'silent', memo: memoOf(completed(), now.toISOString()) }) },
    ],
    ['rotations', 'rotation list -o json', { rotations: { list: () => Promise.resolve(rows) } }],
    [
      'a rotation that was started',
      `rotation start -f ${fleetFile} --root ./root-b -o json`,
      { rotations: scripted() },
    ],
    ['a fleet file', `fleet validate ${fleetFile} -o json`, {}],
    ['a plan', `${plan} -o json`, {}],
    ['a plan that breaks invariants', `${plan} --phases 2 -o json`, {}],
    ['a plan of a torn mesh', `${plan} -o json`, { mesh: torn }],
  ] satisfies readonly (readonly [string, string, World])[])(
    'is as it is described: %s',
    async (_, commandLine, world) => {
      const { stdout } = await session(commandLine.split(' '), world);
      expectDescribed(stdout);
    },
  );

  it('is so in every line of a stream', async () => {
    const states = [progress({ state: 'observing', phases: [] }), progress(), stopped, completed()];
    const seen = states.map((state) => ({ kind: 'live', progress: state }) as const);
    const { stdout } = await session(['rotation', 'watch', 'prod/payments', '-o', 'jsonl'], {
      rotations: scripted(...seen),
    });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map(expectDescribed).map(({ state }) => state)).toEqual([
      'observing',
      'running',
      'stopped',
      'completed',
    ]);
  });

  it('is refused where it is not as described', () => {
    const schema = schemaOf('meshturn.rotation/v1');
    const document: unknown = JSON.parse(JSON.stringify(progress()));
    expect(complaints(schema, document)).toBeUndefined();
    expect(complaints(schema, { ...progress(), state: 'unheard of' })).toBeDefined();
    expect(complaints(schema, { ...progress(), startedAt: 'yesterday' })).toBeDefined();
    expect(complaints(schema, { ...progress(), more: 1 })).not.toEqual(expect.anything());
    expect(
      complaints(schemaOf('meshturn.rotation/v1', { closed: true }), { ...progress(), more: 1 }),
    ).toBeDefined();
  });
});
