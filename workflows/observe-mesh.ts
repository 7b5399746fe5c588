import { type Calls, heartbeatingLooks, looks } from './calls.ts';
import { type RotationInput } from '../rotation/messages.ts';
import { type ObservedMesh, type ObservedUnit } from '../rotation/observed.ts';
import { type PhaseName, type Plan } from '../rotation/plan.ts';
import { plan } from '../rotation/planner.ts';
import { type MeshShape, type UnitShape } from '../rotation/shape.ts';
import { type CertFacts } from '../rotation/trust.ts';
import { type Wanted } from '../rotation/wanted.ts';
import { now } from './stage-context.ts';

/** Units that are observed at a time, and whose new CAs are read by one activity: results stay below 16 KB. */
const observedTogether = 10;

/** The mesh as it stands, and what is to be done about it. */
export interface View {
  readonly shape: MeshShape;
  readonly wanted: Wanted;
  readonly plan: Plan;
  /** The roots in use now, and those in the end. */
  readonly from: readonly CertFacts[];
  readonly to: readonly CertFacts[];
}

/** Reads everything afresh and plans from it; `ended` is the phase that was just proven. Nothing is written. */
export async function viewMesh(input: RotationInput, ended?: PhaseName): Promise<View> {
  const ref = { fleet: input.fleet, mesh: input.mesh };
  const shape = await describeMesh(input);
  const wanted = await inspectCa(input, shape.units);
  const units = await observeUnits(ref, shape.units, (observing) => observing);
  const mesh: ObservedMesh = { mesh: input.mesh, at: now(), units };
  return {
    shape,
    wanted,
    plan: plan(mesh, wanted, input.policy, ended),
    from: factsOf(
      units.flatMap(({ source }) => source.roots),
      units.flatMap(({ certificates }) => certificates),
    ),
    to: factsOf(wanted.roots, wanted.certificates),
  };
}

async function describeMesh({ fleet, mesh }: RotationInput): Promise<MeshShape> {
  return looks().describeMesh.executeWithOptions({ summary: `read how ${fleet}/${mesh} is laid out` }, [
    { fleet, mesh },
  ]);
}

async function inspectCa({ fleet, mesh, ca }: RotationInput, shapes: readonly UnitShape[]): Promise<Wanted> {
  const pages: Wanted[] = [];
  for (let at = 0; at === 0 || at < shapes.length; at += observedTogether) {
    const page = shapes.slice(at, at + observedTogether);
    const units = page.map(({ unit, controlPlanes }) => ({ unit, controlPlanes }));
    const summary = `read and check the new CA of ${units.length} units`;
    pages.push(await looks().inspectCa.executeWithOptions({ summary }, [{ fleet, mesh, ca, units }]));
  }
  return {
    kind: ca.kind,
    roots: pages[0]?.roots ?? [],
    signers: Object.assign({}, ...pages.map(({ signers }) => signers)) as Wanted['signers'],
    certificates: pages.flatMap(({ certificates }) => certificates),
  };
}

/** @param judge what becomes of one that cannot be observed; those without a result are left out */
export async function observeUnits(
  { fleet, mesh }: Parameters<Calls['describeMesh']>[0],
  shapes: readonly UnitShape[],
  judge: (observing: Promise<ObservedUnit>) => Promise<ObservedUnit | undefined>,
): Promise<readonly ObservedUnit[]> {
  const observed = new Array<ObservedUnit | undefined>(shapes.length);
  const left = shapes.entries();
  const observeSome = async () => {
    for (const [index, { unit, controlPlanes, clusters }] of left) {
      const summary = `look at the CA, the istiods and the proxies of ${unit}`;
      const { observeUnit } = heartbeatingLooks(clusters[0]?.reach);
      observed[index] = await judge(
        observeUnit.executeWithOptions({ summary }, [{ fleet, mesh, unit, controlPlanes }]),
      );
    }
  };
  await Promise.all(Array.from({ length: observedTogether }, observeSome));
  return observed.filter((unit) => unit !== undefined);
}

function factsOf(fingerprints: readonly string[], facts: readonly CertFacts[]): readonly CertFacts[] {
  const known = new Map(facts.map((fact) => [fact.fingerprint, fact]));
  return [...new Set(fingerprints)].flatMap((fingerprint) => known.get(fingerprint) ?? []);
}
