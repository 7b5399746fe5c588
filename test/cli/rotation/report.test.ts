import { describe, expect, it } from 'vitest';
import { Problem } from '../../../problems/problem.ts';
import type { Seen } from '../../../cli/rotations.ts';
import { kept, readerOf } from '../evidence-samples.ts';
import { golden } from '../golden.ts';
import { activating, completed, forbidden, progress } from '../samples.ts';
import { expectDescribed } from '../schemas/committed.ts';
import { fleetFile, scripted, session } from '../session.ts';

const live = (state = progress()) => scripted({ kind: 'live', progress: state } satisfies Seen);
const away = () => Promise.reject(new Problem('TEMPORAL_UNREACHABLE', { object: '127.0.0.1:7233' }));
const command = 'rotation report prod/payments';

describe('rotation report', () => {
  it('tells of a running rotation from its evidence and from its run', async () => {
    const stopped = activating({
      state: 'stopped',
      awaiting: undefined,
      stopped: forbidden,
      evidence: ['chain-of-both: 1 version written (chain 7f)', 'chain-of-both: synced on 2 istiod pods'],
    });
    const state = progress({
      phases: progress().phases.map((one) => (one.name === 'activate' ? stopped : one)),
    });
    await golden('report', `${command} -f fleets/prod.yaml`, {
      rotations: live(state),
      evidence: readerOf(kept('distribute')),
    });
  });

  it('tells what it can where Temporal has gone, and where nobody says where evidence is', async () => {
    await golden('report-of-evidence', `${command} -f fleets/prod.yaml`, {
      rotations: { look: away },
      evidence: readerOf(kept('end')),
    });
    await golden('report-of-run', command, { rotations: live(completed()) });
  });

  it('tells why it has nothing to tell', async () => {
    const nothing = { rotations: { look: away }, evidence: readerOf(new Map()) };
    await golden('report-of-nothing', `${command} -f fleets/prod.yaml`, nothing);
    await golden('report-no-such-rotation', `${command} -f fleets/prod.yaml --rotation r-9`, {
      rotations: live(),
      evidence: readerOf(kept('end')),
    });
    await golden('report-other-fleet', 'rotation report test/payments -f fleets/prod.yaml');
  });

  it('tells of an older rotation by its evidence, whatever runs now', async () => {
    const { stdout, stderr, exit } = await session(
      ['rotation', 'report', 'prod/payments', '-f', fleetFile, '--rotation', progress().id],
      { rotations: live(progress({ id: 'r-newer' })), evidence: readerOf(kept('end')) },
    );
    expect(exit).toBe(0);
    expect(stdout).toContain(`# Rotation ${progress().id} of prod/payments`);
    expect(stderr).toBe('Without Temporal: knows rotation r-newer only, which is another\n');
  });

  it('tells of a document that was changed since another referred to it', async () => {
    const texts = new Map(kept('end'));
    const name = [...texts.keys()].find((one) => one.includes('units/distribute/aks-eus-1')) ?? '';
    texts.set(name, (texts.get(name) ?? '').replace('"converged":187', '"converged":186'));
    const { stdout } = await session(['rotation', 'report', 'prod/payments', '-f', fleetFile], {
      rotations: { look: away },
      evidence: readerOf(texts),
    });
    expect(stdout).toContain(`**changed or gone since it was referred to: ${name}**`);
  });

  it('prints all of it as one document, as it is described', async () => {
    const { stdout } = await session(['rotation', 'report', 'prod/payments', '-f', fleetFile, '-o', 'json'], {
      rotations: live(),
      evidence: readerOf(kept('end')),
    });
    expect(expectDescribed(stdout)).toMatchObject({
      schema: 'meshturn.report/v1',
      sources: { store: { found: 6 }, live: { found: 1 } },
      phases: [{ phase: 'distribute' }],
      units: { length: 3 },
      end: { state: 'completed' },
    });
  });

  it('has only documents that are as they are described', () => {
    for (const text of kept('end').values()) expectDescribed(text);
  });
});
