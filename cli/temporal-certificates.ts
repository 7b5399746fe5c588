import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Connection,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Problem } from '../problems/problem.ts';
import { messages } from '../rotation/messages.ts';
import type { RotationState } from '../rotation/progress.ts';
import type { RequestsPage, Submission } from '../rotation/requests.ts';
import { problemIn } from './problem-in.ts';
import type { MeshName, RequestsFound, Rotations } from './rotations.ts';
import { tellAgain } from './tell-again.ts';
import { isSilence, refused, temporalProblem, workerMissing } from './temporal-problems.ts';

/** Milliseconds. A query is answered at once; a certificate is written to a vault before that is answered. */
const [queryPatience, submitPatience] = [5_000, 60_000];
/** Milliseconds. Keys of a thousand clusters are read again within some minutes, and made within some more. */
const [stagingPatience, stagingEvery] = [120_000, 1_000];

type Handles = (name: MeshName) => WorkflowHandle;

/** What rotations wait for from whoever signs elsewhere. */
export function certificatesOn(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
): Pick<Rotations, 'requests' | 'submit'> {
  return {
    async requests(name) {
      const until = Date.now() + stagingPatience;
      for (;;) {
        const found = await allOf(connection, handleOf, name);
        const isOver = !found.staging || found.stopped !== undefined;
        if (isOver || Date.now() >= until) return found;
        await setTimeout(stagingEvery);
      }
    },

    async submit(name, submission) {
      const options = { args: [submission] as [Submission], updateId: randomUUID() };
      const update = () =>
        handleOf(name).executeUpdate<string, [Submission]>(messages.submitCertificate, options);
      try {
        return await connection.withDeadline(Date.now() + submitPatience, () => tellAgain(update));
      } catch (error) {
        if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
          // The rotation is there: it is the vault of this one that keeps it waiting.
          await pageOf(connection, handleOf, name);
          return unanswered(error);
        }
        const problem = problemIn(error);
        if (problem instanceof Problem) return problem;
        if (isNotRequested(error)) return notRequested(error);
        throw temporalProblem(error, name);
      }
    },
  };
}

async function allOf(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
  name: MeshName,
): Promise<RequestsFound> {
  // Asked first: one that was terminated answers as if it ran, since nobody told it.
  await demandRunning(connection, handleOf, name);
  const pages: RequestsPage[] = [];
  do pages.push(await pageOf(connection, handleOf, name, pages.at(-1)?.next));
  while (pages.at(-1)?.next !== undefined);
  const last = pages.at(-1);
  if (last !== undefined && leaving.has(last.state))
    throw refused(objectOf(name), 'a rotation that is being ended');
  return {
    requests: pages.flatMap((page) => page.requests),
    taken: pages.flatMap((page) => page.taken),
    staging: pages.some((page) => page.staging),
    ...(last?.stopped && { stopped: last.stopped }),
  };
}

/** It takes no certificate any more. */
const leaving: ReadonlySet<RotationState> = new Set(['aborting', 'turningBack']);

async function demandRunning(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
  name: MeshName,
): Promise<void> {
  const described = await connection
    .withDeadline(Date.now() + queryPatience, () => handleOf(name).describe())
    .catch((error: unknown) => {
      throw temporalProblem(error, name);
    });
  if (described.closeTime !== undefined) throw refused(objectOf(name), 'a rotation that has ended');
}

async function pageOf(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
  name: MeshName,
  after?: string,
): Promise<RequestsPage> {
  try {
    return await connection.withDeadline(Date.now() + queryPatience, () =>
      handleOf(name).query<RequestsPage, [{ after?: string }]>(
        messages.requests,
        after === undefined ? {} : { after },
      ),
    );
  } catch (error) {
    throw isSilence(error) ? workerMissing(objectOf(name), error) : temporalProblem(error, name);
  }
}

function objectOf({ fleet, mesh }: MeshName): string {
  return `${fleet}/${mesh}`;
}

/** What else an update fails with, as where a rotation ends meanwhile, says nothing of the certificate. */
function isNotRequested(error: unknown): error is WorkflowUpdateFailedError {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'CERTIFICATE_NOT_REQUESTED';
}

function notRequested(error: WorkflowUpdateFailedError): Problem {
  const found = error.cause?.message ?? error.message;
  return new Problem('CERTIFICATE_NOT_REQUESTED', { object: 'the certificate', found }, { cause: error });
}

function unanswered(cause: Error): Problem {
  const found = `no answer within ${submitPatience / 1000} s`;
  return new Problem('CERTIFICATE_UNANSWERED', { object: 'the certificate', found }, { cause });
}
