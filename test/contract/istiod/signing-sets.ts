import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificate } from '../../../activities/istiod/certificate-service.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import { judge } from '../../../pki/checks/judge.ts';
import { seeSet } from '../../../pki/checks/seen-set.ts';
import { makeCsr } from '../../../pki/csr.ts';
import { verifyPath } from '../../../pki/path.ts';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { eventually } from '../../support/eventually.ts';
import { faultySets, soundSets, type FaultySet } from './sets.ts';
import { starting } from './starting.ts';
import type { IstiodRun, IstiodWorld } from './world.ts';

const host = 'istiod.istio-system.svc';
const csr = makeCsr({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey });
const loaded =
  'Istiod has detected the newly added intermediate CA and updated its key and certs accordingly';

/** Which sets a running istiod loads: what is claimed of it where the table of checks says more than it does. */
export function signingSets(open: () => IstiodWorld): void {
  describe('an istiod that is given one set after the other', () => {
    const { run: starts, started } = starting(open);

    it('signs with sets of every kind of key, mixed ones too, leaves that verify to their root', async () => {
      const [first, ...others] = soundSets;
      if (first === undefined) throw new Error('expected sets');
      const run = await started(first.files);
      for (const { name, signer, root, files } of [first, ...others]) {
        await run.swap(files);
        await eventually(async () => {
          const token = await open().token('istio-ca');
          const asked = { port: run.port(), host, trusted: root.cert.pem, token, validSeconds: 0, csr };
          const [leafPem = '', ...rest] = await createCertificate({ ...asked, object: 'istiod' });
          const leaf = parseCertificate(leafPem, name);
          const presented = rest.slice(0, -1).flatMap((pem) => parseBundle(pem, name));
          const found = verifyPath({ leaf, presented, roots: [root.cert], at: new Date() });
          expect(found).toMatchObject({
            ok: true,
            path: [leaf, { fingerprint: signer.cert.fingerprint }, {}],
          });
        });
        expect(run.printed().some((line) => line.includes(`Subject: "CN=${name}"`))).toBe(true);
      }
    });

    it('does not start on a certificate that is no CA, which it would load live', async () => {
      const leaf = faultySets.find(({ name }) => name === 'a leaf in place of a CA');
      const words = 'certificate is not authorized to sign other certificates';
      await expect(starts(leaf?.files ?? {}).ready).rejects.toThrow(words);
    });

    it('takes, or refuses, what is refused before it is written, as it is claimed', async () => {
      const sound = soundSets[0]?.files ?? {};
      const run = await started(sound);
      const told: string[] = [];
      for (const set of faultySets) {
        const words = await verdict(run, set.files);
        const istiod = words.startsWith(set.istiod) ? set.istiod : words;
        told.push(`${set.name}: ${codeOf(set)}: ${istiod}`);
        expect(await verdict(run, { ...sound })).toBe('loads');
      }
      expect(told).toEqual(faultySets.map(({ name, code, istiod }) => `${name}: ${code}: ${istiod}`));
    });
  });
}

/** The first that is told of a set here. */
function codeOf({ files, root }: FaultySet): string | undefined {
  const part = (name: string): string => files[name] ?? '';
  const seen = seeSet(
    {
      ...{ root, cert: part('ca-cert.pem') },
      ...{ key: part('ca-key.pem'), chain: part('cert-chain.pem') },
    },
    {
      object: 'the set',
      at: new Date(),
      needs: { istiods: [{ namespaces: ['istio-system'] }] },
    },
  );
  return judge(seen, 'new')[0]?.problem.code;
}

/** What the event that a swap makes ends with: an earlier one may have come before the swap was done. */
async function verdict(run: IstiodRun, files: Files): Promise<string> {
  const from = run.printed().length;
  await run.swap(files);
  return eventually(() => {
    const lines = run.printed().slice(from);
    const ends = lines.flatMap((line) => {
      if (line.includes(loaded)) return ['loads'];
      const [, words] = /Failed to update new Plug-in CA certs: (.*)/.exec(line) ?? [];
      return words === undefined ? [] : [words];
    });
    const last = ends.at(-1);
    if (last === undefined) throw new Error(`expected a verdict, found ${lines.join('\n')}`);
    return last;
  });
}
