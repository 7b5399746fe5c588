import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Activities, MeshRef } from '../contract.ts';
import { EvidenceBook } from './book.ts';
import { commandsOf } from './commands.ts';
import { schemaName, type EvidenceDocument, type EvidenceInput } from './document.ts';
import { nameOf, prefixOfPhases, type RotationName } from './names.ts';
import { productVersion } from './product.ts';
import type { EvidenceStore } from './store.ts';
import { unitReferences } from './unit-references.ts';

export interface EvidenceDependencies {
  readonly client: Client;
  readonly storeOf: (ref: MeshRef) => Promise<EvidenceStore>;
}

/** What keeps evidence of a rotation beyond Temporal's own memory. */
export function createEvidenceActivities({
  client,
  storeOf,
}: EvidenceDependencies): Pick<Activities, 'storeEvidence'> {
  return {
    async storeEvidence({ document, kind, ...rotation }) {
      const book = new EvidenceBook(await storeOf(rotation));
      const { workflowId, runId } = activityInfo().workflowExecution ?? { workflowId: '', runId: '' };
      const { serverVersion } = await client.workflowService.getSystemInfo({});
      const common = {
        schema: schemaName,
        rotation: { id: rotation.rotationId, fleet: rotation.fleet, mesh: rotation.mesh, kind },
        writtenBy: {
          meshturn: productVersion(),
          temporal: {
            server: serverVersion,
            namespace: activityInfo().namespace,
            workflowId,
            runId,
          },
        },
      } as const;
      const commands = () => commandsOf(client, { workflowId, runId });
      const whole = { ...common, ...(await completed(document, { book, rotation, commands })) };
      return book.put(nameOf(rotation, document), whole);
    },
  };
}

interface Sources {
  readonly book: EvidenceBook;
  readonly rotation: RotationName;
  readonly commands: () => ReturnType<typeof commandsOf>;
}

type Told = EvidenceDocument extends infer One
  ? One extends EvidenceDocument
    ? Omit<One, 'schema' | 'rotation' | 'writtenBy'>
    : never
  : never;

/** Adds what the workflow does not carry about: who told it what, and the documents that this one stands on. */
async function completed(document: EvidenceInput, { book, rotation, commands }: Sources): Promise<Told> {
  switch (document.kind) {
    case 'start':
      return { ...document, commands: await commands() };
    case 'unit':
      return document;
    case 'phase': {
      const units = await unitReferences(book, rotation, document);
      const given = (await commands()).filter(({ at }) => at <= document.endedAt);
      return { ...document, units, commands: given };
    }
    case 'end': {
      const kept = await book.documents(prefixOfPhases(rotation));
      const phases = kept.map(({ name, sha256 }) => ({ name, sha256 }));
      return { ...document, phases, commands: await commands() };
    }
  }
}
