import { describe, expect, it } from 'vitest';
import { treeFollower } from '../../../cli/rotation/tree.ts';
import { activating, forbidden, now, progress, step } from '../samples.ts';
import { golden } from '../golden.ts';
import { scripted } from '../session.ts';

const leaving = { words: 'Come back:', command: 'meshturn rotation watch prod/payments' };

/** A follower on a terminal of that size, and what it has drawn, one string a drawing. */
function drawn(size: { columns: number; rows: number }) {
  const drawings: string[] = [];
  const process = { stdout: { write: (text: string) => drawings.push(text) } };
  const { stdout } = process;
  const follower = treeFollower({ process: { stdout } }, size, leaving);
  return { follower, drawings };
}

function moves(drawing: string | undefined): number {
  return Number(/\[(\d+)F/.exec(drawing ?? '')?.[1] ?? 0);
}

describe('the tree', () => {
  it('moves up by as many rows as it has drawn', () => {
    const { follower, drawings } = drawn({ columns: 200, rows: 50 });
    follower.silent(progress(), now);
    follower.silent(progress(), now);
    expect(drawings[0]?.split('\n').length).toBe(8 + 1);
    expect(moves(drawings[1])).toBe(8);
  });

  it('reckons with a terminal that was made narrower meanwhile', () => {
    const size = { columns: 200, rows: 50 };
    const { follower, drawings } = drawn(size);
    follower.silent(progress(), now);
    size.columns = 100;
    follower.silent(progress(), now);
    expect(moves(drawings[1])).toBe(8 + 2);
  });

  it('is never taller than the terminal, and shows the clusters that matter', () => {
    const { follower, drawings } = drawn({ columns: 80, rows: 24 });
    const running = Array.from({ length: 29 }, (_, index) => step(`c-${index}`, { state: 'running' }));
    const clusters = [...running, step('c-29', { state: 'stopped', stopped: forbidden })];
    const phases = [{ ...activating(), state: 'stopped' as const, clusters }];
    follower.silent(progress({ phases }), now);
    follower.silent(progress({ phases }), now);
    expect(moves(drawings[1])).toBeLessThan(24);
    expect(drawings[0]).toContain('■ c-29');
    expect(drawings[0]).toContain('meshturn rotation retry prod/payments --cluster c-29');
    expect(drawings[0]).toContain('The mesh is safe');
  });

  it('shows first whether the mesh is safe where it cannot show all, and how to see the rest', () => {
    const { follower, drawings } = drawn({ columns: 80, rows: 24 });
    const stops = ['a', 'b', 'c', 'd'].map((name) => step(name, { state: 'stopped', stopped: forbidden }));
    follower.silent(progress({ phases: [{ ...activating(), clusters: stops }] }), now);
    expect(drawings[0]).toContain('The mesh is safe');
    expect(drawings[0]).not.toContain('--cluster d');
    expect(drawings[0]).toContain('\n… and more: meshturn rotation status prod/payments\n');
  });

  it('says who does not answer, below what was last seen', () => {
    const { follower, drawings } = drawn({ columns: 80, rows: 24 });
    follower.deaf('no worker answers', now);
    follower.changed(undefined, progress(), now);
    follower.deaf('no worker answers', now);
    expect(drawings[0]).toContain('13:00:00 no worker answers; what the rotation does is not seen meanwhile');
    expect(moves(drawings[1])).toBe(1);
    expect(drawings[2]).toContain('3/127');
  });
});

describe('a rotation that is started and followed', () => {
  const start = 'rotation start -f fleets/prod.yaml --root ./root-b --wait --timeout 2s';
  const rotations = () => scripted({ kind: 'live', progress: progress() });

  it('is drawn to fit 80 columns', async () => {
    const terminal = { columns: 80, rows: 24 };
    await golden('start-wait-terminal', start, { rotations: rotations(), terminal, answers: ['y'] });
  });

  it('is told line by line where there is no terminal', async () => {
    await golden('start-wait', start, { rotations: rotations() });
  });
});
