import type { RotationInput } from '../rotation/messages.ts';
import type { RotationProgress } from '../rotation/progress.ts';
import { standingOf, type Standing } from '../rotation/standing.ts';
import type { CertFacts } from '../rotation/trust.ts';
import { watchCalls } from './calls.ts';
import { observeUnits, whereSeen } from './observe-mesh.ts';
import type { RotationRun } from './rotation-run.ts';
import { now } from './stage-context.ts';

/** The roots that lead away from S0: on a way back, those that it leads away from. */
function newRoots({ rollsBack, from, to }: RotationProgress): readonly CertFacts[] {
  if (rollsBack === undefined) return to;
  const old = new Set(to.map(({ fingerprint }) => fingerprint));
  return from.filter(({ fingerprint }) => !old.has(fingerprint));
}

/** Looks where the units stand; undefined where nothing was planned yet. What is away must not keep anybody. */
export async function standingNow(input: RotationInput, run: RotationRun): Promise<Standing | undefined> {
  const { ground, origin, progress } = run;
  if (ground === undefined || origin === undefined) return undefined;
  const units = await observeUnits(input, ground.shape.units, whereSeen, watchCalls);
  const seen = new Set(units.map(({ unit }) => unit));
  const unseen = ground.shape.units.flatMap(({ unit }) => (seen.has(unit) ? [] : [unit]));
  return standingOf({ mesh: input.mesh, at: now(), units }, origin, { to: newRoots(progress), unseen });
}
