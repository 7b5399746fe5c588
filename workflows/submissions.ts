import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { IssuedCa } from '../activities/issuer/contract.ts';
import { Problem } from '../problems/problem.ts';
import { goesOn, type RotationInput } from '../rotation/messages.ts';
import { mostSubmitted, requestsPage, type Submission } from '../rotation/requests.ts';
import { reachOf, type UnitShape } from '../rotation/shape.ts';
import { untilEnded } from './calls.ts';
import type { RotationRun } from './rotation-run.ts';
import { requests, submitCertificate } from './signals.ts';
import { issuedCaOf, lastsOf } from './staged-cas.ts';
import { failWith, lacksWorker } from './stop-reason.ts';

/** Where certificates are brought from elsewhere: tells what waits for one, and takes them one by one. */
export function listenForCertificates(input: RotationInput, run: RotationRun, show: () => void): void {
  const ca = issuedCaOf(input.ca);
  const isStaging = () => ca?.issuer === 'offline' && !run.cas.isComplete && run.hold !== 'leave';
  const found = () => ({ requests: run.cas.requests(), taken: run.cas.taken(), staging: isStaging() });
  setHandler(requests, ({ after } = {}) => requestsPage(found(), run.progress, after), {
    description: 'The requests for certificates that wait; more with {"after": "…"}, as `next` says',
  });
  if (ca?.issuer !== 'offline') return;
  /** What is being taken, the last by public key: whoever brings the same once more is told the same. */
  const underWay = new Map<string, Taking>();
  const take = async (submission: Submission): Promise<string> => {
    const { publicKey, chain } = submission;
    const before = underWay.get(publicKey);
    const acceptNow = () => accept(input, ca, run, submission);
    const taking =
      before?.chain === chain
        ? before
        : { chain, fingerprint: before === undefined ? acceptNow() : after(before, run, acceptNow) };
    underWay.set(publicKey, taking);
    try {
      return await taking.fingerprint;
    } finally {
      if (underWay.get(publicKey) === taking) underWay.delete(publicKey);
    }
  };
  const answering = async (submission: Submission): Promise<string> => {
    try {
      return await take(submission);
    } finally {
      run.applied.answeredAt = workflowInfo().historyLength;
      show();
    }
  };
  setHandler(submitCertificate, answering, {
    description: 'Bring a certificate that waits to be signed: meshturn rotation submit',
    validator: ({ publicKey, chain }: Submission) => {
      demandListening(run);
      const { unit } = unitOf(run, publicKey);
      if (chain.length > mostSubmitted) throw tooLong(unit, chain.length);
      if (chain.includes('PRIVATE KEY-----')) throw refusal('a private key beside the certificate');
    },
  });
}

/** A certificate with its chain on its way to its key. */
interface Taking {
  readonly chain: string;
  readonly fingerprint: Promise<string>;
}

/** Another for the same key is accepted once the one before is through, be it taken or refused: the newest counts. */
async function after(
  { fingerprint }: Taking,
  run: RotationRun,
  acceptNow: () => Promise<string>,
): Promise<string> {
  await fingerprint.catch(() => undefined);
  demandListening(run);
  return acceptNow();
}

function demandListening(run: RotationRun): void {
  if (run.hold === 'leave') throw leaving();
  if (run.cas.handsOver) throw ApplicationFailure.nonRetryable(goesOn, 'ROTATION_GOES_ON');
}

/** An abort cuts it off, and waits until no activity is at it any more. */
async function accept(
  input: RotationInput,
  ca: IssuedCa,
  run: RotationRun,
  { publicKey, chain }: Submission,
): Promise<string> {
  const { fleet, mesh, rotationId } = input;
  const shape = unitOf(run, publicKey);
  const { unit, controlPlanes } = shape;
  const summary = `check the certificate for ${unit}, and put it beside its key`;
  const lasts = lastsOf(input, run, unit);
  const scope = new CancellationScope();
  const cut = () => {
    scope.cancel();
  };
  run.cas.cuts.add(cut);
  try {
    const { fingerprint } = await scope.run(() =>
      untilEnded(reachOf(shape)).acceptCertificate.executeWithOptions({ summary }, [
        { fleet, mesh, rotationId, ca, publicKey, chain, unit, controlPlanes, lasts },
      ]),
    );
    run.cas.take(unit, publicKey, fingerprint);
    run.count();
    return fingerprint;
  } catch (error) {
    if (isCancellation(error)) throw leaving();
    throw lacksWorker(error) ? workerMissing(shape) : error;
  } finally {
    run.cas.cuts.delete(cut);
  }
}

function unitOf(run: RotationRun, publicKey: string) {
  const unit = run.cas.unitBy(publicKey);
  if (unit !== undefined) return unit;
  const before = run.cas.takenBy(publicKey);
  throw refusal(
    before === undefined
      ? 'a certificate whose key no request waits for'
      : `one that comes late: ${before.unit} goes on with ${before.fingerprint}, which was brought before`,
  );
}

/** It would stay in the history of the rotation, whatever became of it. */
function tooLong(unit: string, found: number): ApplicationFailure {
  return failWith(
    new Problem('CERTIFICATE_NOT_AS_ASKED', {
      object: `the certificate for ${unit}`,
      expected: `at most ${mostSubmitted} characters with its chain`,
      found: String(found),
      hint: 'bring the certificate with the CAs above it and nothing else',
    }),
  );
}

/** Nothing was begun: it is as if it had not been brought. */
function workerMissing(shape: UnitShape): ApplicationFailure {
  const group = reachOf(shape) ?? '';
  return failWith(
    new Problem('WORKER_MISSING', {
      object: `the certificate for ${shape.unit}`,
      hint: `start a worker for its group: meshturn worker --reach ${group}; then submit it again`,
    }),
  );
}

function leaving(): ApplicationFailure {
  return refusal('a rotation that is being ended');
}

function refusal(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, 'CERTIFICATE_NOT_REQUESTED');
}
