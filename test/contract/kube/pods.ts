import { expect } from 'vitest';
import type { FakeProgram } from '../../support/fake-program.ts';
import { eventually } from '../../support/eventually.ts';
import { patience, type Place } from './place.ts';
import { template } from '../../support/template.ts';

export interface StartedPod {
  /** The newest program in it. */
  readonly program: () => FakeProgram;
  /** Its container ends, and starts again. */
  readonly restart: () => Promise<void>;
}

/** Creates a pod, and waits until its program runs and is ready. */
export async function startPod(
  { world, client, namespace }: Place,
  name: string,
  spec: Partial<ReturnType<typeof template>['spec']> = {},
): Promise<StartedPod> {
  const body = { metadata: { name }, spec: { ...template(name).spec, ...spec } };
  await client.core.createNamespacedPod({ namespace, body });
  const program = () => world.program(namespace, name);
  const ready = (restarts: number) =>
    eventually(async () => {
      const { status } = await client.core.readNamespacedPod({ namespace, name });
      const [container] = status?.containerStatuses ?? [];
      expect(container).toMatchObject({ ready: true, restartCount: restarts });
    }, patience);
  await ready(0);
  return {
    program,
    restart: async () => {
      program().end(1);
      await ready(1);
    },
  };
}
