import { describe, expect, it } from 'vitest';
import type { EvidenceProof } from '../../activities/evidence/document.ts';
import type { UnitInput } from '../../rotation/messages.ts';
import type { Phase, Stage } from '../../rotation/plan.ts';
import { RotationEvidence } from '../../workflows/rotation-evidence.ts';
import { UnitEvidence } from '../../workflows/unit-evidence.ts';
import { forbidden, progress } from '../cli/samples.ts';

const at = '2026-12-01T00:00:00.000Z';
const name = (index: number): string => `${'c'.repeat(59)}${String(index).padStart(4, '0')}`;
const thousand = Array.from({ length: 1000 }, (_, index) => name(index));
const trust = { roots: ['a'.repeat(64), 'b'.repeat(64)], signer: 'c'.repeat(64) };
const worst = { ...forbidden, message: 'm'.repeat(4001) };
const stage: Stage = {
  ...{ name: 'signer', write: { signer: trust.signer }, proofs: [], expect: trust, chain: trust.roots },
};

/** Temporal warns of a payload above 512 KB. */
const most = 512 * 1024;
const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('what an activity is given to keep as evidence', () => {
  it('of a phase of 1,000 units that stood still again and again is no large payload', () => {
    const units = thousand.map((unit) => ({
      ...{
        unit,
        controlPlanes: [unit],
        clusters: [unit],
        from: trust,
        chain: [],
        to: trust,
        stages: [stage],
      },
    }));
    const phase: Phase = { name: 'activate', units };
    const evidence = new RotationEvidence();
    for (let stop = 0; stop < 1000; stop += 1) evidence.stopped(worst);
    expect(size(evidence.phase(phase, progress(), at))).toBeLessThan(most);
    expect(size(evidence.end(progress(), 'completed', at))).toBeLessThan(most);
    expect(size(evidence.carry())).toBeLessThan(most);
  });

  it('of a step that was begun anew a thousand times is no large payload', () => {
    const step = {
      ...{ unit: name(0), controlPlanes: [name(0)], clusters: thousand.slice(0, 50) },
      ...{ from: trust, chain: [], to: trust, stages: [stage] },
    };
    const evidence = new UnitEvidence(at);
    const laggards = Array.from({ length: 20 }, () => ({ pod: 'p'.repeat(128), reason: 'r'.repeat(128) }));
    for (let times = 0; times < 1000; times += 1) {
      const written = {
        at,
        versions: { root: '', chain: '', key: '', cert: `${times}`.padStart(32, '0') },
        written: ['cert'] as const,
      };
      evidence.wrote(stage, { ...written, source: 's'.repeat(100) });
      evidence.stopped([name(times % 50)], worst);
      const proof: EvidenceProof = {
        ...{ proof: 'converged', stage: 'signer', cluster: name(times % 50), at },
        ...{ total: 400, converged: 400, laggards },
      };
      evidence.proved(proof);
    }
    const input: Pick<UnitInput, 'phase' | 'step'> = { phase: 'activate', step };
    expect(size(evidence.document(input, 'w'.repeat(12), at))).toBeLessThan(most);
  });
});
