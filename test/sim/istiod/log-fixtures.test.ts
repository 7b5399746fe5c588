import { afterEach, expect, test } from 'vitest';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { a, b, fixture, mounted, normal, rootA, rootB, rootsAB, runIstiod, tlsSecret } from './scenario.ts';
import { eventually } from '../../support/eventually.ts';

const running: ReturnType<typeof runIstiod>[] = [];

afterEach(async () => {
  for (const { istiod } of running.splice(0)) await istiod.stop();
});

async function started(files: Files, o?: Parameters<typeof runIstiod>[1]) {
  const run = runIstiod(files, o);
  running.push(run);
  await run.istiod.ready;
  return run;
}

/** What a swap of the mounted files makes istiod print. */
async function printedOn(
  { istiod, cacerts }: Awaited<ReturnType<typeof started>>,
  files: Files,
): Promise<readonly string[]> {
  const before = istiod.log.lines.length;
  const lastOf = (): string => istiod.log.lines.at(-1)?.text ?? '';
  cacerts.swap(files);
  await eventually(() => {
    expect(istiod.log.lines.length).toBeGreaterThan(before);
    expect(lastOf()).toMatch(/reloaded$|not supported$|Failed to update/);
  });
  return normal(istiod.log.lines.slice(before).map(({ text }) => text));
}

const [S0, S1, S2, S3] = [
  mounted(a, rootA, rootA.cert.pem),
  mounted(a, rootA, rootsAB),
  mounted(b, rootB, rootsAB),
  mounted(b, rootB, rootB.cert.pem),
];

test.each([
  ['distribute', S0, S1],
  ['activate', S1, S2],
  ['revoke', S2, S3],
  ['accepted-torn-chain', S1, { ...S2, 'cert-chain.pem': S1['cert-chain.pem'] ?? '' }],
  ['refused-root-replaced', S0, S3],
  [
    'refused-key-mismatch',
    S1,
    { ...S1, 'ca-cert.pem': b.cert.pem, 'cert-chain.pem': S2['cert-chain.pem'] ?? '' },
  ],
  ['refused-chain-does-not-verify', S0, { ...S3, 'root-cert.pem': rootA.cert.pem }],
  ['refused-garbage-root', S0, { ...S0, 'root-cert.pem': 'garbage\n' }],
])('prints %s as the real one does', async (name, before, after) => {
  expect(await printedOn(await started(before), after)).toEqual(fixture(name));
});

test('prints as the real one does that multi-root is off', async () => {
  const run = await started(S0, { multiRoot: false });
  expect(await printedOn(run, S1)).toEqual(fixture('refused-multi-root-disabled'));
});

test.each([
  ['start-plugged-in', S0],
  ['start-two-roots', S1],
  ['start-self-signed', {}],
])('prints %s as the real one does, from its CA to its verifier', async (name, files) => {
  const { istiod } = await started(files);
  const printed = normal(istiod.log.lines.map(({ text }) => text));
  const real = fixture(name);
  const section = real.slice(
    real.findIndex((line) => line.includes('creating CA')),
    real.findIndex((line) => line.includes('initializing secure discovery')) + 1,
  );
  expect(printed.slice(0, section.length)).toEqual(section);
  const others = printed.slice(section.length).filter((line) => !line.includes('[::]:15012'));
  expect(others.filter((line) => !real.includes(line))).toEqual([]);
});

const certManagerRoot = makeRoot({ commonName: 'Root A' });
const issued = () => makeIntermediate({ issuer: certManagerRoot, commonName: 'istio-ca' });

test('starts from a kubernetes.io/tls set with the lines of the real one', async () => {
  const { istiod } = await started(tlsSecret(issued(), certManagerRoot));
  const printed = normal(istiod.log.lines.map(({ text }) => text));
  const real = fixture('start-tls-secret').filter((line) => !line.includes('CRD '));
  expect(printed.filter((line) => real.includes(line))).toEqual(real);
});

test('reloads the old tls set first where the file event comes before the swap is done', async () => {
  const old = tlsSecret(issued(), certManagerRoot);
  const run = await started(old);
  const first = await printedOn(run, { ...old });
  const second = await printedOn(run, tlsSecret(issued(), certManagerRoot));
  expect([...first, ...second]).toEqual(fixture('tls-secret-renewed'));
});

test('refuses the root behind a tls set that was issued anew', async () => {
  const old = tlsSecret(issued(), certManagerRoot);
  const run = await started(old);
  const other = makeRoot({ commonName: 'Root A' });
  const next = tlsSecret(makeIntermediate({ issuer: other, commonName: 'istio-ca' }), other);
  const printed = [...(await printedOn(run, { ...old })), ...(await printedOn(run, next))];
  expect(printed).toEqual(fixture('refused-tls-secret-root-replaced'));
});

test('prints one JSON object an entry where it was started with --log_as_json', async () => {
  const { istiod } = await started(S0, { args: ['--log_as_json'] });
  const entries = istiod.log.lines.map(({ text }): unknown => JSON.parse(text));
  expect(entries).toContainEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/) as string,
    scope: 'spiffe',
    msg: 'Added 1 certs to trust domain cluster.local in peer cert verifier',
  });
});
