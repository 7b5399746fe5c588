import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { currentPhase } from '../rotation/course.ts';
import { doubtsOf } from '../rotation/doubts.ts';
import { memoOf } from '../rotation/memo.ts';
import type { RotationInput } from '../rotation/messages.ts';
import type { RotationProgress } from '../rotation/progress.ts';
import { rotationDetails } from './rotation-details.ts';
import { searchAttributes } from './search-attributes.ts';
import { now } from './stage-context.ts';

/** A keyword list longer than this may be refused by the server. */
const searchableClusters = 50;

/** Shows a rotation in the Temporal UI: details at every change, memo and search attributes where it counts. */
export class Announcer {
  readonly #input: RotationInput;
  #said = '';

  constructor(input: RotationInput) {
    this.#input = input;
  }

  show(progress: RotationProgress): void {
    setCurrentDetails(rotationDetails(progress, now()));
    const phase = currentPhase(progress)?.name ?? '';
    const stops = progress.phases.flatMap(({ clusters }) => clusters.filter(({ stopped }) => stopped)).length;
    const memo = memoOf(progress, now());
    const named = memo.stopped.map(({ cluster = '', code }) => `${cluster} ${code}`);
    const words = [progress.state, phase, stops, ...named, ...doubtsOf(progress)].join(' ');
    if (words === this.#said) return;
    this.#said = words;
    const { fleet, mesh, ca } = this.#input;
    const clusters = [
      ...new Set(progress.phases.flatMap((each) => each.clusters.map(({ cluster }) => cluster))),
    ];
    upsertSearchAttributes([
      { key: searchAttributes.fleet, value: fleet },
      { key: searchAttributes.mesh, value: mesh },
      { key: searchAttributes.kind, value: ca.kind },
      { key: searchAttributes.state, value: progress.state },
      { key: searchAttributes.phase, value: phase === '' ? null : phase },
      { key: searchAttributes.cluster, value: clusters.slice(0, searchableClusters) },
    ]);
    upsertMemo({ meshturn: memo });
  }
}
