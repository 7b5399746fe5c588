import { ApplicationFailure, currentUpdateInfo, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CommandName } from '../rotation/commands.ts';
import type { CommandRequest, RetryRequest, RotationInput, UnitReport } from '../rotation/messages.ts';
import type { CommandGiven } from '../rotation/progress.ts';
import { policyNow } from '../rotation/policy-now.ts';
import { bannedRoot, refusalOf } from '../rotation/refusal.ts';
import { statusPage } from '../rotation/status-page.ts';
import { notLeft } from './rest.ts';
import type { RotationRun } from './rotation-run.ts';
import { abort, pause, resume, retry, rollback, status, unitReported } from './signals.ts';
import { now } from './stage-context.ts';
import { hold, resume as resumeUnit } from './unit-children.ts';

/** A command that takes the place of what was in force before, and what the buttons of the Temporal UI say of it. */
interface Lasting {
  readonly update: typeof pause;
  readonly name: CommandName;
  readonly gives: CommandGiven['name'] | undefined;
  readonly description: string;
}

const lasting: readonly Lasting[] = [
  {
    update: pause,
    name: 'pause',
    gives: 'pause',
    description: 'Let nothing new begin; units rest between writes. {} or {"reason": "…"}',
  },
  { update: resume, name: 'resume', gives: undefined, description: 'Go on after a pause: {}' },
  {
    update: abort,
    name: 'abort',
    gives: 'abort',
    description: 'End the rotation where its units come to rest: {} or {"reason": "…"}',
  },
  {
    update: rollback,
    name: 'rollback',
    gives: 'rollback',
    description: 'Lead every cluster back to what it was before this rotation: {} or {"reason": "…"}',
  },
];

/** What reaches a rotation from outside: its units' reports, and the buttons of the Temporal UI. */
export function listen(input: RotationInput, run: RotationRun, show: () => void): void {
  setHandler(status, (request) => statusPage(run.progress, request), {
    description:
      'The state of the rotation; more clusters of a phase with {"phase": "activate", "after": "…"}, as `next` says',
  });
  const hear = (report: UnitReport) => {
    run.hear(report);
    show();
  };
  setHandler(unitReported, hear, { description: 'For units only' });
  setHandler(retry, (request = {}) => answering(run, () => retryStopped(input, run, request)), {
    description: 'Try again what is stopped: {} for all of it, or {"cluster": "…"}',
    validator: (request: RetryRequest = {}) => {
      refuse(run, 'retry', request);
    },
  });
  for (const { update, name, gives, description } of lasting) {
    const carryOut = async ({ reason }: CommandRequest) => {
      if (!isNew(run)) return;
      run.give(gives === undefined ? undefined : { name: gives, reason, at: now() });
      show();
      await holdUnits(input, run);
    };
    setHandler(update, (request = {}) => answering(run, () => carryOut(request)), {
      description,
      validator: (request: CommandRequest = {}) => {
        refuse(run, name, request);
        if (name === 'rollback') refuseBanned(input, run);
      },
    });
  }
}

/** What a command is answered with: the state that it has led to. */
async function answering(run: RotationRun, carryOut: () => Promise<void>): Promise<string> {
  try {
    await carryOut();
    return run.progress.digest;
  } finally {
    run.applied.answeredAt = workflowInfo().historyLength;
  }
}

/** A command that was carried out before is not refused for what it has changed: it is answered like then. */
function refuse(run: RotationRun, name: CommandName, request: RetryRequest): void {
  const id = currentUpdateInfo()?.id;
  if (id !== undefined && run.applied.knows(id)) return;
  const refusal = refusalOf(run.progress, name, request);
  if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'COMMAND_REFUSED');
}

function refuseBanned({ policy }: RotationInput, run: RotationRun): void {
  const marked = policyNow(policy, run.ground?.shape ?? {});
  const refusal = bannedRoot(run.progress, marked, now());
  if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'ROOT_COMPROMISED');
}

function isNew(run: RotationRun): boolean {
  const id = currentUpdateInfo()?.id;
  return id === undefined || run.applied.admit(id);
}

/** Units that begin meanwhile are told by whoever starts them. */
async function holdUnits(input: RotationInput, run: RotationRun): Promise<void> {
  const { phase } = run;
  if (phase === undefined) return;
  await Promise.all(notLeft(run).map(({ unit }) => hold(input, phase.name, unit, run.hold)));
}

async function retryStopped(input: RotationInput, run: RotationRun, request: RetryRequest): Promise<void> {
  if (!isNew(run)) return;
  if (request.cluster === undefined) run.goOn(now());
  const { phase } = run;
  const { cluster } = request;
  for (const step of run.stoppedUnits(request)) {
    const { unit } = step;
    if (run.isRegressed(step)) {
      run.lookWanted = true;
      continue;
    }
    if (phase === undefined) continue;
    const told = await resumeUnit(input, phase.name, unit, cluster === undefined ? {} : { cluster });
    if (!told) run.restart(phase.name, unit);
  }
}
