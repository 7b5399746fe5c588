import { ActivityFailure, isCancellation, log } from '@temporalio/workflow';
import type { MeshRef } from '../activities/contract.ts';
import { Problem } from '../problems/problem.ts';
import { type AtBarrier, foreignAct, foreignToTurned } from '../rotation/barrier.ts';
import { mergeWanted, otherRoots, type WantedPage } from '../rotation/merge-wanted.ts';
import type { Untils } from '../rotation/course.ts';
import { knownOf } from '../rotation/known.ts';
import type { RotationInput } from '../rotation/messages.ts';
import type { ObservedMesh, ObservedUnit } from '../rotation/observed.ts';
import { allRoots, originOf } from '../rotation/origin.ts';
import { leasesOf, withoutLeases } from '../rotation/own-lease.ts';
import { pinnedIn } from '../rotation/pinned.ts';
import type { Plan } from '../rotation/plan.ts';
import { plan } from '../rotation/planner.ts';
import { policyNow } from '../rotation/policy-now.ts';
import { untilsOf } from '../rotation/reliance.ts';
import { reachOf, type MeshShape, type UnitShape } from '../rotation/shape.ts';
import { inGroups, sideBySide } from '../rotation/side-by-side.ts';
import { asHeld, leftStaged } from '../rotation/staged-by.ts';
import { survey } from '../rotation/survey.ts';
import type { CertFacts, Fingerprint } from '../rotation/trust.ts';
import { backToOrigin } from '../rotation/turn-back.ts';
import { neededAgain, undoneIn } from '../rotation/undone.ts';
import { issuerOf, rolledBackBy, type ReadCa, type RotationKind, type Wanted } from '../rotation/wanted.ts';
import { heartbeatingLooks, looks } from './calls.ts';
import { type LeafLives, leafLivesOf } from './leaf-lives.ts';
import { now } from './stage-context.ts';
import { failWith } from './stop-reason.ts';

/** Units that are observed at a time, and whose new CAs are read by one activity: results stay below 16 KB. */
const unitsTogether = 10;
/** Such activities at a time. */
const callsAtOnce = 4;

/** The mesh as it stands, and what is to be done about it. */
export interface View {
  readonly shape: MeshShape;
  readonly wanted: Wanted;
  readonly plan: Plan;
  /** The roots in use now, and those in the end. */
  readonly from: readonly CertFacts[];
  readonly to: readonly CertFacts[];
  readonly untils: Untils;
  /** What the phase that has ended left undone, in words. */
  readonly undone: readonly string[];
  /** What the mesh configuration of some cluster pins. */
  readonly pins: ReadonlySet<Fingerprint>;
  readonly leafLives: LeafLives;
  /** S0, as the goal of a way back to it: the mesh as it stands, or on a way back what is wanted. */
  readonly origin: Wanted;
}

/**
 * Reads everything afresh and plans from it; `barrier` tells the phase that was just proven. Nothing is written. Throws
 * what somebody else has done since then. What an issuer is yet to make is planned with by what is known of it, where
 * `cas` says so.
 */
export async function viewMesh(
  input: RotationInput,
  barrier?: Pick<AtBarrier, 'ended' | 'former'>,
  cas: 'staged' | 'to be issued' = 'staged',
): Promise<View> {
  const ref = { fleet: input.fleet, mesh: input.mesh };
  const shape = await surveyMesh(ref);
  const { had = {}, stagedBy = {}, ...read } = await inspectCa(input, shape.units, cas);
  const wanted = backToOrigin(read, input);
  const leases = leasesOf(input.rotationId, rolledBackBy(input.ca));
  const seen = await observeUnits(ref, shape.units, (observing) => observing);
  const units = seen.map((unit) => withoutLeases(asHeld(unit, { stagedBy }), leases));
  const mesh: ObservedMesh = { mesh: input.mesh, at: now(), units };
  const { turned } = input;
  const policy = policyNow(input.policy, shape);
  const ended = barrier?.ended;
  const act = barrier
    ? foreignAct({ ...barrier, mesh, wanted, policy })
    : turned && foreignToTurned(mesh, { ...wanted, had }, turned.roots);
  if (act !== undefined) throw failWith(new Problem(act.code, act));
  // Past the first barrier whatever is there was proven.
  const planned = plan(mesh, ended ? wanted : { ...wanted, had }, policy, ended?.name);
  const left = leftStaged(units, { ...wanted, stagedBy }, planned);
  if (left !== undefined) throw failWith(new Problem('STAGED_SETS_LEFT', left));
  const again = ended && neededAgain(planned, ended.name);
  const certificates = units.flatMap((unit) => unit.certificates);
  return {
    shape,
    wanted,
    plan: planned,
    untils: untilsOf(planned, knownOf(mesh, wanted)),
    undone: again === undefined ? [] : undoneIn(mesh, wanted, policy, again),
    pins: new Set(pinnedIn(mesh).keys()),
    leafLives: leafLivesOf(units),
    from: factsOf(
      units.flatMap(({ source }) => source.roots),
      certificates,
    ),
    to: factsOf(allRoots(wanted), wanted.certificates),
    origin:
      'before' in input.ca
        ? { ...wanted, certificates: [] }
        : foundOrigin(units, certificates, input.ca.kind),
  };
}

/** Throws what forbids to write some clusters together, though they share one CA source. */
export async function surveyMesh(ref: MeshRef): Promise<MeshShape> {
  const { shape, splits } = await survey(ref, {
    listClusters: (after) =>
      looks().listClusters.executeWithOptions(
        {
          summary: `read which clusters ${ref.fleet}/${ref.mesh} has${after === undefined ? '' : `, after ${after}`}`,
        },
        [{ ...ref, ...(after === undefined ? {} : { after }) }],
      ),
    findSources: (clusters, reach) => {
      const summary = `find the CA source of ${few(clusters)}`;
      return looks(reach).findSources.executeWithOptions({ summary }, [{ ...ref, clusters }]);
    },
  });
  const [split] = splits;
  if (split === undefined) return shape;
  const { code, object, found } = split;
  throw failWith(new Problem(code, { object, found }));
}

async function inspectCa(
  { fleet, mesh, rotationId, ca }: RotationInput,
  shapes: readonly UnitShape[],
  cas: 'staged' | 'to be issued',
): Promise<ReadCa> {
  const isStaged = issuerOf(ca) !== undefined && cas === 'staged';
  const ref = { fleet, mesh, ca, ...(isStaged ? { rotationId } : {}) };
  const groups = inGroups(shapes, unitsTogether, reachOf);
  const pages = await sideBySide(groups, callsAtOnce, async ({ kind: reach, items }): Promise<WantedPage> => {
    const named = items.map(({ unit, controlPlanes }) => ({ unit, controlPlanes }));
    const units = items.map(({ unit }) => unit);
    const what = 'before' in ca ? `what was there before ${ca.before}, of` : 'and check the new CA of';
    const summary = `read ${what} ${few(units)}`;
    const { inspectCa: inspect } = looks(reach);
    const wanted = await inspect.executeWithOptions({ summary }, [{ ...ref, units: named }]);
    return { reach, units, wanted };
  });
  const other = 'before' in ca ? undefined : otherRoots(pages);
  if ('before' in ca || other === undefined) return mergeWanted(ca, pages);
  const [first] = pages;
  throw failWith(
    new Problem('NEW_CA_ROOT_DIFFERS', {
      object: `${ca.directory} on workers ${ofGroup(other.reach)}`,
      expected: `the roots that workers ${ofGroup(first?.reach)} read there`,
      hint: 'give all workers the same folder of the new CA',
    }),
  );
}

function ofGroup(reach: string | undefined): string {
  return reach === undefined ? 'of the main queue' : `of reach ${reach}`;
}

/** `aks-1`, `aks-1 and 9 more` */
export function few([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** @param judge what becomes of one that cannot be observed; those without a result are left out */
export async function observeUnits(
  { fleet, mesh }: MeshRef,
  shapes: readonly UnitShape[],
  judge: (observing: Promise<ObservedUnit>) => Promise<ObservedUnit | undefined>,
  calls = heartbeatingLooks,
): Promise<readonly ObservedUnit[]> {
  const observed = await sideBySide(shapes, unitsTogether, (shape) => {
    const { unit, controlPlanes } = shape;
    const summary = `look at the CA, the istiods and the proxies of ${unit}`;
    const { observeUnit } = calls(reachOf(shape));
    return judge(observeUnit.executeWithOptions({ summary }, [{ fleet, mesh, unit, controlPlanes }]));
  });
  return observed.filter((unit) => unit !== undefined);
}

/** For `judge`: one that cannot be observed is left out, and in nobody's way. */
export async function whereSeen(observing: Promise<ObservedUnit>): Promise<ObservedUnit | undefined> {
  try {
    return await observing;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    log.warn('a unit cannot be observed', { error });
    return undefined;
  }
}

/** S0 as it is found, with the facts on what signs in it. */
function foundOrigin(
  units: readonly ObservedUnit[],
  certificates: readonly CertFacts[],
  kind: RotationKind,
): Wanted {
  const origin = originOf(units, kind);
  const signers = Object.values(origin.signers).flatMap(({ fingerprint, chain }) => [fingerprint, ...chain]);
  return { ...origin, certificates: factsOf(signers, certificates) };
}

function factsOf(fingerprints: readonly string[], facts: readonly CertFacts[]): readonly CertFacts[] {
  const known = new Map(facts.map((fact) => [fact.fingerprint, fact]));
  return [...new Set(fingerprints)].flatMap((fingerprint) => known.get(fingerprint) ?? []);
}
