import { namesOf } from '../../rotation/names.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { symbols } from '../../rotation/symbols.ts';
import { ledOf } from '../../rotation/told.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { stepsOn, wordsOf } from '../../rotation/ways-on.ts';
import { inWords, secondsBetween } from './duration.ts';
import type { Line } from './layout.ts';
import { countsOf } from './phase-words.ts';

export function reachedItsGoal({ state }: Pick<RotationProgress, 'state'>): boolean {
  return state === 'completed' || state === 'rolledBack';
}

/** What a rotation has achieved that has come to its goal, by its last phase's counts. */
export function completedLines(progress: RotationProgress): readonly Line[] {
  const { fleet, mesh, state, phases, startedAt, endedAt, versionsWritten } = progress;
  const last = phases.at(-1);
  const counts = last === undefined ? { clustersDone: 0, done: 0, total: 0 } : countsOf(last);
  const took = endedAt === undefined ? '' : ` in ${inWords(secondsBetween(startedAt, endedAt))}`;
  const facts = [
    `${outcome(progress)}: ${counts.done}/${counts.total} proxies`,
    `${counts.clustersDone}/${last?.clusters.length ?? 0} clusters`,
    `${versionsWritten} Key Vault versions written`,
  ];
  return [
    '',
    `${symbols.done} ${fleet}/${mesh} ${state === 'completed' ? 'completed' : 'was rolled back'}${took}`,
    { head: '', words: `${facts.join(', ')}.` },
    ...stepsOn(ledOf(progress)).map(wordsOf),
  ];
}

function outcome({ kind, rollsBack, from, to, pinned = [] }: RotationProgress): string {
  if (kind === 'intermediate')
    return `Every leaf is signed by ${rollsBack === undefined ? 'a new intermediate' : 'the intermediate of before'}`;
  const names = namesOf([...from, ...to]);
  const named = (roots: readonly Fingerprint[]) => roots.map(names.full).join(' and ');
  const stays = to.map(({ fingerprint }) => fingerprint);
  const gone = from
    .map(({ fingerprint }) => fingerprint)
    .filter((root) => !stays.includes(root) && !pinned.includes(root));
  const goes = `${gone.length === 0 ? '' : `${named(gone)} is trusted nowhere, `}${named(stays)}`;
  return [
    `${goes}${gone.length === 0 ? ' trusted' : ''} everywhere`,
    ...(pinned.length === 0
      ? []
      : [`${named(pinned)} still trusted through caCertificates of the mesh configuration`]),
  ].join(', ');
}
