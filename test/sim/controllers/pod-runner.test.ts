import { CoreV1Api } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import { servedCluster } from '../../support/served-cluster.ts';

/** Ends before it is ready, says so by both, and takes its time to be put away. */
class EndsAtOnce extends FakeProgram {
  override readonly ready = Promise.reject(new Error('ended'));
  override readonly finished = Promise.resolve(1);

  override async stop(): Promise<void> {
    await new Promise(setImmediate);
    await super.stop();
  }
}

it('runs one program of a pod at a time, also where one ends before it is ready and says so twice', async () => {
  const programs: FakeProgram[] = [];
  const lab = await servedCluster({
    programs: (pod) => {
      const program = programs.length === 0 ? new EndsAtOnce(pod) : new FakeProgram(pod);
      programs.push(program);
      return program;
    },
  });
  try {
    const core = lab.config().makeApiClient(CoreV1Api);
    const body = { metadata: { name: 'p' }, spec: { containers: [{ name: 'main', image: 'serves' }] } };
    await core.createNamespacedPod({ namespace: 'shop', body });
    await eventually(async () => {
      const { status } = await core.readNamespacedPod({ namespace: 'shop', name: 'p' });
      expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 1 });
    });
    expect(programs).toHaveLength(2);
  } finally {
    await lab.close();
  }
});
