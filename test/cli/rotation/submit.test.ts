import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodeOf } from '../../../cli/exit.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { certificateKey } from '../../../pki/key-facts.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { Problem } from '../../../problems/problem.ts';
import { now } from '../samples.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { fleetFile, session } from '../session.ts';

const root = makeRoot({ commonName: 'Root B' });
const certs = ['aks-eus-1', 'aks-neu-1'].map((unit) => ({
  unit,
  cert: makeIntermediate({ issuer: root, commonName: unit }).cert,
}));
const keyOf = ({ cert }: (typeof certs)[number]) => certificateKey(cert).publicKey;

/** Does not answer for the first of the units. */
const slow: Pick<Rotations, 'requests' | 'submit'> = {
  requests: () =>
    Promise.resolve({
      requests: certs.map((one) => ({ unit: one.unit, publicKey: keyOf(one), csr: '' })),
      ...{ taken: [], staging: false },
    }),
  submit: (_, { publicKey }) => {
    const index = certs.findIndex((one) => keyOf(one) === publicKey);
    return index === 0
      ? Promise.resolve(
          new Problem('CERTIFICATE_UNANSWERED', { object: 'the certificate', found: 'nothing' }),
        )
      : Promise.resolve(certs[index]?.cert.fingerprint ?? '');
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-submit-'));
  await writeFile(join(folder, 'signed.pem'), certs.map(({ cert }) => cert.pem).join(''));
});
afterEach(() => rm(folder, { recursive: true }));

const submit = (more: readonly string[] = [], rotations: Partial<Rotations> = slow) =>
  session(['rotation', 'submit', '-f', fleetFile, '--mesh', 'payments', folder, ...more], {
    at: now,
    rotations,
  });

it('brings the others where one is not answered in time, says that it is not known, and ends with 1', async () => {
  const { exit, stdout, stderr } = await submit();
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^aks-neu-1 [0-9a-f]{64} \S+signed\.pem\n$/);
  expect(stderr).toMatch(/the certificate for aks-eus-1, in \S+signed\.pem: .*\[CERTIFICATE_UNANSWERED\]/);
  expect(stderr).toContain('hint: the rotation goes on with it: submit it again');
  expect(stderr).toContain('1 taken, 0 refused, 1 not answered yet; 1 still waited for.\n');
});

it('prints what was taken beside what was not answered', async () => {
  const { exit, stdout } = await submit(['-o', 'json']);
  expect(exit).toBe(1);
  expect(expectDescribed(stdout)).toMatchObject({
    taken: [{ unit: 'aks-neu-1' }],
    refused: [],
    unanswered: [{ unit: 'aks-eus-1', code: 'CERTIFICATE_UNANSWERED' }],
    waiting: ['aks-eus-1'],
  });
});

it('prints what was taken before the server was lost, and ends as that says', async () => {
  const lost = new Problem('TEMPORAL_UNREACHABLE', { object: 'prod/payments', found: 'no connection' });
  const losing: Partial<Rotations> = {
    ...slow,
    submit: (name, one) =>
      slow.submit(name, one).then((answer) => {
        if (answer instanceof Problem) throw lost;
        return answer;
      }),
  };
  const { exit, stdout, stderr } = await submit(['-o', 'json'], losing);
  expect(exit).toBe(exitCodeOf(lost));
  expect(expectDescribed(stdout)).toMatchObject({
    taken: [{ unit: 'aks-neu-1' }],
    ...{ refused: [], unanswered: [], waiting: ['aks-eus-1'] },
  });
  expect(stderr).toContain('[TEMPORAL_UNREACHABLE]');
});
