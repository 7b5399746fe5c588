import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { findInstalled } from '../../../lab/installed.ts';
import { istioBinaries } from '../../../lab/istio/binaries.ts';
import { startLab, type Lab } from '../../../lab/lab.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { openRealIstiods } from '../../contract/istiod/real-world.ts';
import { istiodSuites } from '../../contract/istiod/suites.ts';
import type { IstiodWorld } from '../../contract/istiod/world.ts';

describe('the istiod of ISTIO_BIN_DIR, or the installed one', () => {
  let lab: Lab;
  let world: IstiodWorld;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-lab-'));
    const installed = await findInstalled(userCacheFolder());
    const { signal } = new AbortController();
    lab = await startLab({ clusters: 1, folder, installed, signal });
    const { discovery } = await istioBinaries(installed, process.env);
    world = await openRealIstiods({ binary: discovery, kubeconfig: lab.kubeconfig });
  });
  afterAll(() => lab.stop());
  for (const suite of istiodSuites) suite(() => world);
});
