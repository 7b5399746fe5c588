import { ApplicationFailure, currentUpdateInfo, setHandler } from '@temporalio/workflow';
import { type RetryRequest, type RotationInput, type UnitReport } from '../rotation/messages.ts';
import { statusPage } from '../rotation/status-page.ts';
import { type RotationRun } from './rotation-run.ts';
import { retry, status, unitReported } from './signals.ts';
import { resume } from './unit-children.ts';

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
  setHandler(retry, (request = {}) => retryStopped(input, run, request), {
    description: 'Try again what is stopped: {} for all of it, or {"cluster": "…"}',
    validator: (request: RetryRequest = {}) => {
      const refusal = run.refusal(request);
      if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'COMMAND_REFUSED');
    },
  });
}

async function retryStopped(input: RotationInput, run: RotationRun, request: RetryRequest): Promise<string> {
  const id = currentUpdateInfo()?.id;
  if (id !== undefined && !run.admit(id)) return run.progress.digest;
  if (request.cluster === undefined) run.resumeWhole();
  const { phase } = run;
  if (phase === undefined) return run.progress.digest;
  const { cluster } = request;
  for (const step of run.stoppedUnits(request)) {
    const { unit } = step;
    if (run.isRegressed(step)) {
      run.lookWanted = true;
      continue;
    }
    const told = await resume(input, phase.name, unit, cluster === undefined ? {} : { cluster });
    if (!told) run.restart(phase.name, unit);
  }
  return run.progress.digest;
}
