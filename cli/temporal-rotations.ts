import { randomUUID } from 'node:crypto';
import { Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { WorkflowExecutionInfo, WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { RotationMemo } from '../rotation/memo.ts';
import {
  messages,
  rotationWorkflowId,
  type RetryRequest,
  taskQueue,
  type RotationInput,
} from '../rotation/messages.ts';
import { endedMemo, endedProgress, type EndedByServer } from '../rotation/server-end.ts';
import type { StatusPage, StatusRequest } from '../rotation/status-page.ts';
import { verifyRetention, verifySearchAttributes, type NamespaceRef } from '../worker/namespace.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import type { MeshName, RotationRow, Rotations, Seen } from './rotations.ts';
import { readStatus } from './read-status.ts';
import { certificatesOn } from './temporal-certificates.ts';
import { tellAgain } from './tell-again.ts';
import { endedByServer } from './temporal-end.ts';
import { isSilence, temporalProblem, wireProblem } from './temporal-problems.ts';

/** The name under which `workflows/` exports the rotation. */
const workflowType = 'rotateFleet';
const secondsPerDay = 86_400;
/** Of a rotation that went on in new runs, the last one. */
const rotationsQuery = `WorkflowType = '${workflowType}' AND ExecutionStatus != 'ContinuedAsNew'`;
/** A worker answers within milliseconds; where there is none, the server lets the call hang. */
const patience = 5_000;

/** Rotations on a Temporal server. */
export function rotationsOn(ref: NamespaceRef): Rotations {
  const { connection, namespace } = ref;
  const client = new Client({ connection, namespace });
  // Never with a run id: a rotation continues as new, and every run of it is the same rotation.
  const handleOf = ({ fleet, mesh }: MeshName) => client.workflow.getHandle(rotationWorkflowId(fleet, mesh));
  const soon = async <T>(name: MeshName, call: () => Promise<T>): Promise<T> => {
    try {
      return await connection.withDeadline(Date.now() + patience, call);
    } catch (error) {
      throw temporalProblem(error, name);
    }
  };

  const tell: Rotations['tell'] = async (name, command, request) => {
    const options = { args: [request] as [RetryRequest], updateId: randomUUID() };
    const update = () => handleOf(name).executeUpdate<string, [RetryRequest]>(messages[command], options);
    await soon(name, () => tellAgain(update));
  };

  return {
    async start(input) {
      await verifySearchAttributes(ref);
      await verifyRetention(ref, input.policy.expectedSeconds / secondsPerDay);
      await soon(input, () => client.workflow.start(workflowType, startOptions(input)));
    },

    async look(name) {
      const handle = handleOf(name);
      // Asked first: one that was terminated answers as if it ran, since nobody told it.
      const described = await soon(name, () => handle.describe());
      const ended = endedByServer(described);
      try {
        const ask = (request: StatusRequest): Promise<StatusPage> =>
          connection.withDeadline(Date.now() + patience, () =>
            handle.query<StatusPage, [StatusRequest]>(messages.status, request),
          );
        const progress = await readStatus(ask);
        return { kind: 'live', progress: ended ? endedProgress(progress, ended) : progress };
      } catch (error) {
        if (!isSilence(error)) throw temporalProblem(error, name);
        return leftBehind(name, described, ended);
      }
    },

    async list() {
      const rows: RotationRow[] = [];
      const listed = client.workflow.list({ query: rotationsQuery })[Symbol.asyncIterator]();
      const next = () => connection.withDeadline(Date.now() + patience, () => listed.next());
      try {
        for (let each = await next(); each.done !== true; each = await next()) rows.push(rowOf(each.value));
      } catch (error) {
        throw wireProblem(error, `namespace ${namespace}`);
      }
      return rows;
    },

    retry: (name, request) => tell(name, 'retry', request),
    tell,
    ...certificatesOn(connection, handleOf),
  };
}

function startOptions(input: RotationInput): WorkflowStartOptions {
  const { fleet, mesh, rotationId, ca } = input;
  return {
    workflowId: rotationWorkflowId(fleet, mesh),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.fleet, value: fleet },
      { key: searchAttributes.mesh, value: mesh },
      { key: searchAttributes.kind, value: ca.kind },
      { key: searchAttributes.state, value: 'observing' },
    ]),
    staticSummary: `${ca.kind} rotation of ${fleet}/${mesh}, ${rotationId}`,
    staticDetails: 'before' in ca ? `Back to what was there before ${ca.before}` : `New CA: ${ca.directory}`,
  };
}

type Kept = Pick<WorkflowExecutionInfo, 'memo'>;

function memoIn({ memo }: Kept): RotationMemo | undefined {
  // Written by this product's own workflow, under a schema that only grows.
  return memo?.['meshturn'] as RotationMemo | undefined;
}

function leftBehind(name: MeshName, kept: Kept, ended: EndedByServer | undefined): Seen {
  const memo = memoIn(kept);
  return { kind: 'silent', memo: memo && ended ? endedMemo(memo, ended, name) : memo, ended };
}

function rowOf(info: WorkflowExecutionInfo): RotationRow {
  const { workflowId, typedSearchAttributes, startTime, closeTime } = info;
  const [, fleet = '', mesh = ''] = workflowId.split('/');
  return {
    fleet,
    mesh,
    kind: typedSearchAttributes.get(searchAttributes.kind) ?? '',
    phase: typedSearchAttributes.get(searchAttributes.phase) ?? '',
    state: stateOf(info),
    startedAt: memoIn(info)?.startedAt ?? startTime.toISOString(),
    endedAt: closeTime?.toISOString(),
  };
}

/** A rotation that the server has ended could not say so itself. */
function stateOf(info: WorkflowExecutionInfo): string {
  const said = info.typedSearchAttributes.get(searchAttributes.state) ?? '';
  return said === 'failed' ? said : (endedByServer(info)?.state ?? said);
}
