import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { rootA, rootsAB, states } from './material.ts';
import { starting } from './starting.ts';
import type { IstiodWorld } from './world.ts';

/** ConfigMap istio-ca-root-cert, and which istiod of several writes it. */
export function configMaps(open: () => IstiodWorld): void {
  describe('ConfigMap istio-ca-root-cert', () => {
    const { started } = starting(open);
    const holds = (namespace: string, pem: string) =>
      eventually(async () => expect((await open().bundle(namespace))?.['root-cert.pem']).toBe(pem));

    it('is written into every namespace, new ones too, and mended where others change it', async () => {
      const run = await started(states.S0);
      await holds('default', rootA.cert.pem);
      const late = `late-${randomBytes(4).toString('hex')}`;
      await open().createNamespace(late);
      await holds(late, rootA.cert.pem);
      await open().overwrite('default', { more: '1' });
      await holds('default', rootA.cert.pem);
      expect(await open().bundle('default')).toMatchObject({ more: '1' });
      await run.swap(states.S1);
      await holds(late, rootsAB);
    });

    it('is the leader’s alone, until another leads', async () => {
      const first = await started(states.S0);
      await holds('default', rootA.cert.pem);
      const second = await started(states.S1);
      const late = `led-${randomBytes(4).toString('hex')}`;
      await open().createNamespace(late);
      await holds(late, rootA.cert.pem);
      expect(second.printed().join('\n')).not.toContain(
        'successfully acquired lease istio-system/istio-namespace-controller-election',
      );
      await first.stop();
      await holds(late, rootsAB);
      await holds('default', rootsAB);
    });
  });
}
