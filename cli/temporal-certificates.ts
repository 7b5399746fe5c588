import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, type Connection, type WorkflowHandle } from '@temporalio/client';
import { Problem } from '../problems/problem.ts';
import { messages } from '../rotation/messages.ts';
import type { CertRequest, RequestsPage, Submission } from '../rotation/requests.ts';
import { problemIn } from './problem-in.ts';
import type { MeshName, Rotations } from './rotations.ts';
import { tellAgain } from './tell-again.ts';
import { temporalProblem } from './temporal-problems.ts';

/** Milliseconds. A query is answered at once; a certificate is written to a vault before that is answered. */
const [queryPatience, submitPatience] = [5_000, 60_000];

type Handles = (name: MeshName) => WorkflowHandle;

/** What rotations wait for from whoever signs elsewhere. */
export function certificatesOn(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
): Pick<Rotations, 'requests' | 'submit'> {
  return {
    async requests(name) {
      const all: CertRequest[] = [];
      let after: string | undefined;
      do {
        const page = await pageOf(connection, handleOf, name, after);
        all.push(...page.requests);
        after = page.next;
      } while (after !== undefined);
      return all;
    },

    async submit(name, submission) {
      const options = { args: [submission] as [Submission], updateId: randomUUID() };
      const update = () =>
        handleOf(name).executeUpdate<string, [Submission]>(messages.submitCertificate, options);
      try {
        return await connection.withDeadline(Date.now() + submitPatience, () => tellAgain(update));
      } catch (error) {
        const problem = problemIn(error);
        if (problem instanceof Problem) throw problem;
        throw error instanceof WorkflowUpdateFailedError ? notRequested(error) : temporalProblem(error, name);
      }
    },
  };
}

async function pageOf(
  connection: Pick<Connection, 'withDeadline'>,
  handleOf: Handles,
  name: MeshName,
  after: string | undefined,
): Promise<RequestsPage> {
  try {
    return await connection.withDeadline(Date.now() + queryPatience, () =>
      handleOf(name).query<RequestsPage, [{ after?: string }]>(
        messages.requests,
        after === undefined ? {} : { after },
      ),
    );
  } catch (error) {
    throw temporalProblem(error, name);
  }
}

function notRequested(error: WorkflowUpdateFailedError): Problem {
  const found = error.cause?.message ?? error.message;
  return new Problem('CERTIFICATE_NOT_REQUESTED', { object: 'the certificate', found }, { cause: error });
}
