import type { RotationMemo } from '../../rotation/memo.ts';
import { symbols } from '../../rotation/symbols.ts';
import { fromNow } from './duration.ts';

/** What a rotation left behind for the time when no worker answers, and how old that is. */
export function renderMemo(mesh: string, memo: RotationMemo | undefined, now: Date): string {
  if (memo === undefined) return `${mesh} · started, and no worker has taken it up yet\n`;
  const lines = [
    `${mesh} · ${memo.kind} rotation ${memo.id} · ${memo.state} · as of ${fromNow(memo.at, now)}`,
    ...memo.phases.map(({ name, state, done, total, stopped }) => {
      const stops = stopped === 0 ? '' : `, ${stopped} stopped`;
      return `${symbols[state]} ${name.padEnd(10)}  ${done}/${total} clusters${stops}`;
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
