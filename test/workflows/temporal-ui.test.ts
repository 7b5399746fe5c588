import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { unitWorkflowId } from '../../rotation/messages.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

const folder = new URL('../histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

const event = z.looseObject({
  eventId: z.string(),
  eventType: z.string(),
  userMetadata: z.object({ summary: z.object({ data: z.string() }) }).optional(),
});
const summarized = new Set(['EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', 'EVENT_TYPE_TIMER_STARTED']);

/** What the Temporal UI asks a workflow for besides its history. */
const metadata = z.object({
  currentDetails: z.string(),
  definition: z.object({
    queryDefinitions: z.array(z.object({ name: z.string(), description: z.string().optional() })),
    signalDefinitions: z.array(z.object({ name: z.string(), description: z.string().optional() })),
    updateDefinitions: z.array(z.object({ name: z.string(), description: z.string().optional() })),
  }),
});

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

async function shown(workflowId: string): Promise<z.output<typeof metadata>> {
  const handle = harness.client.workflow.getHandle(workflowId);
  return metadata.parse(await handle.query('__temporal_workflow_metadata'));
}

describe('in the Temporal UI', () => {
  let count = 0;
  it.each(histories)('every activity and every timer says in words what it is: %s', (name) => {
    const { events } = z
      .object({ events: z.array(event) })
      .parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    const told = events.filter(({ eventType }) => summarized.has(eventType));
    count += told.length;
    for (const { eventId, eventType, userMetadata } of told) {
      const text = Buffer.from(userMetadata?.summary.data ?? '', 'base64').toString();
      expect(text, `event ${eventId}, ${eventType}`).toMatch(/^".* .*"$/);
    }
  });

  // One run of those that go on as new may have none.
  it('these are many', () => {
    expect(count).toBeGreaterThan(10 * histories.length);
  });

  it('a rotation and its unit tell a stop, whether that is safe, and the way on, and describe their messages', async () => {
    const mesh = new FakeMesh({ units: ['aks-weu-1', 'aks-eus-1'] });
    const fake = mesh.activities();
    const forbidden = new Problem('KEY_VAULT_FORBIDDEN', {
      object: 'secret root-cert',
      hint: 'give the role',
    });
    const activities: Activities = {
      ...fake,
      writeSource: (input) =>
        input.unit === 'aks-eus-1' ? Promise.reject(forbidden) : fake.writeSource(input),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const {
        id,
        fleet,
        mesh: name,
      } = await harness.until(
        handle,
        ({ phases }) => phases[0]?.clusters.some(({ state }) => state === 'done') ?? false,
      );
      const key = { fleet, mesh: name, rotationId: id, phase: 'distribute' } as const;
      const rotation = await shown(handle.workflowId);
      const unit = await shown(unitWorkflowId({ ...key, step: { unit: 'aks-eus-1' } }));
      await harness.end(handle);
      for (const { currentDetails } of [rotation, unit]) {
        const lines = currentDetails.split('\n');
        expect(lines).toEqual(
          expect.arrayContaining([
            expect.stringMatching(/^- ■ \*\*aks-eus-1 stopped in distribute\*\*: .*KEY_VAULT_FORBIDDEN/),
            '- aks-eus-1 trusts A and signs with A (S0), or trusts A B already (S1): its last write failed, and may have been carried out.',
            '- hint: `give the role`',
            expect.stringMatching(/^- then: .*`retry` with `\{"cluster":"aks-eus-1"\}`/),
            expect.stringMatching(
              /^- The mesh is safe, whichever of its two states aks-eus-1 is in: .*, until .+ expires on \d{4}-\d\d-\d\d\.$/,
            ),
          ]),
        );
      }
      expect(rotation.definition.updateDefinitions.map((update) => update.name)).toEqual(
        expect.arrayContaining(['pause', 'resume', 'retry', 'abort']),
      );
      for (const { definition } of [rotation, unit]) {
        const handlers = [
          ...definition.updateDefinitions,
          ...definition.signalDefinitions,
          ...definition.queryDefinitions.filter((query) => !query.name.startsWith('__')),
        ];
        const silent = handlers.filter(({ description }) => (description ?? '') === '');
        expect(silent.map((handler) => handler.name)).toEqual([]);
      }
    });
  });
});
