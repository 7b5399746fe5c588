import { ApplicationFailure, setHandler, workflowInfo } from '@temporalio/workflow';
import type { RotationInput } from '../rotation/messages.ts';
import { requestsPage, type Submission } from '../rotation/requests.ts';
import { reachOf } from '../rotation/shape.ts';
import { looks } from './calls.ts';
import type { RotationRun } from './rotation-run.ts';
import { requests, submitCertificate } from './signals.ts';
import { issuedCaOf } from './staged-cas.ts';

/** Where certificates are brought from elsewhere: tells what waits for one, and takes them one by one. */
export function listenForCertificates(input: RotationInput, run: RotationRun, show: () => void): void {
  setHandler(requests, ({ after } = {}) => requestsPage([...run.requests.values()].map(plain), after), {
    description: 'The requests for certificates that wait; more with {"after": "…"}, as `next` says',
  });
  const ca = issuedCaOf(input.ca);
  if (ca?.issuer !== 'offline') return;
  const accept = async ({ publicKey, chain }: Submission): Promise<string> => {
    const { unit, shape } = waiting(run, publicKey);
    const { fleet, mesh, rotationId } = input;
    const summary = `check the certificate for ${unit}, and put it beside its key`;
    const { acceptCertificate } = looks(reachOf(shape));
    const { controlPlanes } = shape;
    const { fingerprint } = await acceptCertificate.executeWithOptions({ summary }, [
      { fleet, mesh, rotationId, ca, chain, unit, controlPlanes },
    ]);
    run.requests.delete(publicKey);
    run.count();
    show();
    return fingerprint;
  };
  const answering = async (submission: Submission): Promise<string> => {
    try {
      return await accept(submission);
    } finally {
      run.applied.answeredAt = workflowInfo().historyLength;
    }
  };
  setHandler(submitCertificate, answering, {
    description: 'Bring a certificate that waits to be signed: meshturn rotation submit',
    validator: ({ publicKey, chain }: Submission) => {
      waiting(run, publicKey);
      if (chain.includes('PRIVATE KEY-----')) throw refusal('a private key beside the certificate');
    },
  });
}

function plain({ unit, publicKey, csr }: ReturnType<typeof waiting>) {
  return { unit, publicKey, csr };
}

function waiting(run: RotationRun, publicKey: string) {
  const request = run.requests.get(publicKey);
  if (request === undefined) throw refusal('a certificate whose key no request waits for');
  return request;
}

function refusal(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, 'CERTIFICATE_NOT_REQUESTED');
}
