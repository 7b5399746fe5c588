import type { RotationMemo } from '../../rotation/memo.ts';
import type { LeftBehind, MeshName } from '../rotations.ts';
import { symbols } from '../../rotation/symbols.ts';
import { fromNow } from './duration.ts';

export const noWorker =
  'No worker answers; this is what the rotation left behind. Start one: meshturn worker -f FILE\n';

/** What a rotation left behind for the time when no worker answers, and how old that is. */
export function renderMemo(name: MeshName, { memo, ended }: LeftBehind, now: Date): string {
  const mesh = `${name.fleet}/${name.mesh}`;
  if (memo === undefined) {
    const taken =
      ended === undefined
        ? 'started, and no worker has taken it up yet'
        : `${ended.state} ${fromNow(ended.at, now)}, before a worker took it up: nothing was written`;
    return `${mesh} · ${taken}\n`;
  }
  const lines = [
    `${mesh} · ${memo.kind} rotation ${memo.id} · ${stateWords(memo, now)}`,
    ...memo.phases.map(({ name: phase, state, done, total, stopped }) => {
      const stops = stopped === 0 ? '' : `, ${stopped} stopped`;
      return `${symbols[state]} ${phase.padEnd(10)}  ${done}/${total} clusters${stops}`;
    }),
    ...memo.stopped.flatMap(({ cluster, code, message, hint }) => [
      `${symbols.stopped} ${cluster ?? 'the rotation'} stopped${message === undefined ? '' : `: ${message}`}   [${code}]`,
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ]),
    ...(memo.safety === undefined ? [] : [`  ${memo.safety}`]),
    ...(memo.next ?? []).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function stateWords({ state, endedAt, at }: RotationMemo, now: Date): string {
  const asOf = `as of ${fromNow(at, now)}`;
  return endedAt === undefined
    ? `${state} · ${asOf}`
    : `${state} ${fromNow(endedAt, now)} · what follows is ${asOf}`;
}
