import type { Activities } from '../../activities/contract.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import { rollback } from '../../workflows/signals.ts';
import type { Harness } from './harness.ts';

/** Has a rotation that stops led back; what its way back tells of keys at its end, and keeps in its memo. */
export async function turned(harness: Harness, activities: Activities, input: Partial<RotationInput>) {
  return harness.with(activities, async () => {
    const handle = await harness.start(input);
    const latest = harness.client.workflow.getHandle(handle.workflowId);
    await harness.until(handle, ({ state }) => state === 'stopped');
    await handle.executeUpdate(rollback, { args: [{ reason: 'not today' }] });
    const { keysLeft } = await harness.until(latest, ({ state }) => state === 'rolledBack');
    const { memo } = await latest.describe();
    return { keysLeft, memo };
  });
}
