import { describe, expect, it } from 'vitest';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { eventually } from '../../support/eventually.ts';
import { b, caLines, fixture, mounted, normal, rootA, rootsAB, states, tlsSecret } from './material.ts';
import { type Issuer, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { starting } from './starting.ts';
import type { IstiodRun, IstiodWorld, RunOptions } from './world.ts';

const { S0, S1, S2, S3 } = states;
const withoutChain = Object.fromEntries(Object.entries(S0).filter(([name]) => name !== 'cert-chain.pem'));

const tlsRoot = makeRoot({ commonName: 'Root A' });
const tlsOf = (root: Issuer) => tlsSecret(makeIntermediate({ issuer: root, commonName: 'istio-ca' }), root);

/** The lines of each event of the files. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  const begins = lines.flatMap((line, at) => (line.endsWith('Update Istiod cacerts') ? [at] : []));
  return begins.map((at, index) => lines.slice(at, begins[index + 1]));
}

/**
 * By who prints them, in the order of each: the handler of files says at its end that the CA is taken, while another
 * goroutine loads istiod's own certificate of it and says so (istio pilot/pkg/bootstrap/istio_ca.go, certcontroller.go).
 */
function byPrinter(lines: readonly string[]): readonly (readonly string[])[] {
  const isTaken = (line: string): boolean => line.includes('Istiod has detected the newly added');
  return [lines.filter(isTaken), lines.filter((line) => !isTaken(line))];
}

/** What istiod prints at a start and at a change of its files: the fixtures say it. */
export function reloads(open: () => IstiodWorld): void {
  describe('an istiod', () => {
    const { run, started } = starting(open);
    const linesOf = (one: IstiodRun, from = 0) => caLines(normal(one.printed().slice(from)));

    /** What the newest event of its files made it print: an earlier one may have come before the swap was done. */
    function lastReload(one: IstiodRun, from: number): readonly string[] {
      return blocksOf(linesOf(one, from)).at(-1) ?? [];
    }

    it.each<[string, Files, Files, RunOptions?]>([
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
      ['refused-multi-root-disabled', S0, S1, { multiRoot: false }],
    ])('prints at a change of its files what %s holds', async (name, before, after, options) => {
      const one = await started(before, options);
      const from = one.printed().length;
      await one.swap(after);
      await eventually(() =>
        expect(byPrinter(lastReload(one, from))).toEqual(byPrinter(caLines(fixture(name)))),
      );
    });

    it.each([
      ['tls-secret-renewed', tlsRoot],
      ['refused-tls-secret-root-replaced', makeRoot({ commonName: 'Root A' })],
    ])('reloads a set that did not change, and then prints what %s holds', async (name, root) => {
      const blocks = blocksOf(caLines(fixture(name)));
      expect(blocks).toHaveLength(2);
      const old = tlsOf(tlsRoot);
      const one = await started(old);
      for (const [index, files] of [old, tlsOf(root)].entries()) {
        const from = one.printed().length;
        await one.swap({ ...files });
        await eventually(() =>
          expect(byPrinter(lastReload(one, from))).toEqual(byPrinter(blocks[index] ?? [])),
        );
      }
    });

    it.each<[string, Files]>([
      ['start-plugged-in', S0],
      ['start-two-roots', S1],
      ['start-self-signed', {}],
    ])('prints at its start what %s holds, from its CA to its verifier', async (name, files) => {
      const lines = linesOf(await started(files));
      const real = caLines(fixture(name));
      const sectionOf = (all: readonly string[]) =>
        all.slice(
          all.findIndex((line) => line.includes('creating CA')),
          all.findIndex((line) => line.includes('initializing secure discovery')) + 1,
        );
      // Istiods of other versions say more in between.
      const common = sectionOf(lines).filter((line) => real.includes(line));
      expect(common).toEqual(sectionOf(real));
    });

    it('starts from a kubernetes.io/tls set', async () => {
      const one = await started(tlsOf(tlsRoot));
      const real = caLines(fixture('start-tls-secret')).filter((line) => !line.includes('CRD '));
      expect(linesOf(one).filter((line) => real.includes(line))).toEqual(real);
    });

    it('prints one JSON object an entry where it was told --log_as_json', async () => {
      const one = await started(S0, { args: ['--log_as_json'] });
      const entries = one
        .printed()
        .flatMap((line): unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
      expect(entries).toContainEqual(
        expect.objectContaining({
          ...{ level: 'info', scope: 'spiffe' },
          time: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/) as string,
          msg: 'Added 1 certs to trust domain cluster.local in peer cert verifier',
        }),
      );
    });

    it('does not start with a set that lacks a file', async () => {
      const one = run(withoutChain);
      await expect(one.ready).rejects.toThrow('incomplete signing CA bundle');
    });

    it('does not start on a key of another certificate, which it would refuse live', async () => {
      const one = run({ ...S0, 'ca-key.pem': mounted(b, rootA, rootsAB)['ca-key.pem'] ?? '' });
      await expect(one.ready).rejects.toThrow('the cert does not match the key');
    });

    it('loads at a start what it would refuse live', async () => {
      const one = await started(S3, { multiRoot: false });
      expect(one.printed().join('\n')).toContain('Use local CA certificate');
    });
  });
}
