import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  log,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { UnitInput, UnitReport } from '../rotation/messages.ts';
import { unitReported } from './signals.ts';
import { now } from './stage-context.ts';
import { unitDetails } from './unit-details.ts';
import type { UnitRun } from './unit-run.ts';

/** Changes within this time are told together, unless one of them is a stop or the end. */
const together = '2s';

/**
 * Tells the rotation every change of the unit, one signal at a time so that none overtakes another, until
 * `closed` says that no more will come. The last word goes out though the unit was cancelled.
 */
export async function reportTo(input: UnitInput, run: UnitRun, closed: () => boolean): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    let told = -1;
    for (;;) {
      await condition(() => closed() || run.sequence > told);
      if (run.sequence === told) return;
      const report = run.report();
      told = report.sequence;
      showUnit(input, run, report);
      await tell(input.parent, report);
      const worthTelling = () => closed() || (run.urgent && run.sequence > told);
      if (!closed()) await condition(worthTelling, together, { summary: 'until more is told together' });
    }
  });
}

/** Shows the unit in the Temporal UI. */
export function showUnit(input: UnitInput, run: UnitRun, report = run.report()): void {
  setCurrentDetails(unitDetails(report, { ...input, hold: run.hold }, now()));
}

async function tell(parent: string, report: UnitReport): Promise<void> {
  try {
    await getExternalWorkflowHandle(parent).signal(unitReported, report);
  } catch (error) {
    // The rotation was ended by hand. The unit's own step is safe to finish, and its result tells the rest.
    log.warn('the rotation takes no reports', { parent, error });
  }
}
