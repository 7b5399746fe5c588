import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { answers, commandNames, effects, places } from '../../rotation/commands.ts';

const page = new URL('../../docs/control.md', import.meta.url);
const states = Object.keys(answers.pause) as (keyof typeof answers.pause)[];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const answerTables = commandNames.map((command) => {
  const rows = states.map((state) => {
    const answer = answers[command][state];
    return [
      `\`${state}\``,
      'accepted' in answer ? 'carried out' : 'refused',
      'accepted' in answer ? answer.accepted : answer.refused,
    ];
  });
  return `### \`${command}\`\n\n${table(['state', 'is', 'for'], rows)}`;
});

const placeWords: Readonly<Record<(typeof places)[number], string>> = {
  waiting: 'not begun yet',
  write: 'in a write',
  betweenWrites: 'between two writes, or between two proofs',
  wait: 'waiting for volumes, istiods, or the second trust plane',
  restart: 'restarting a batch of workloads',
  timer: 'waiting for leaves to renew, or for kubelet',
  stopped: 'stopped',
  paused: 'paused',
  barrier: 'at a barrier: the mesh is looked at and planned',
};
const effectTable = table(
  ['a unit that is', '`pause`', '`abort` and `rollback`'],
  places.map((place) => [placeWords[place], effects.pause[place].words, effects.leave[place].words]),
);

const generated = `<!-- tables -->\n\n${effectTable}\n\n${answerTables.join('\n\n')}\n\n<!-- end of tables -->`;

describe('docs/control.md', () => {
  it('has the table of every command in every state, as the code walks it', async () => {
    const before = readFileSync(page, 'utf8');
    const written = before.replace(/<!-- tables -->[^]*<!-- end of tables -->/, () => generated);
    const formatted = await format(written, { ...(await resolveConfig(page)), parser: 'markdown' });
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, formatted);
    expect(readFileSync(page, 'utf8')).toBe(formatted);
    expect(before).toContain('<!-- tables -->');
  });
});
