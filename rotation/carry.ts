import { type CarriedRotation } from './messages.ts';
import { pack, unpack, type Packed } from './pack.ts';
import { type UnitStep } from './plan.ts';
import { type ClusterStep, type PhaseProgress, type RotationProgress } from './progress.ts';
import { type UnitShape } from './shape.ts';
import { type CertFacts, type Signer } from './trust.ts';
import { type Wanted } from './wanted.ts';

/**
 * What a rotation carries over continue-as-new, in at most 200 bytes a unit, and as many again for one that has not
 * begun: a payload of Temporal must stay below 2 MB. In a large mesh the evidence of clusters that are done stays behind: the workflow of their unit's
 * step has it in its result.
 */
export interface CompactRotation extends Omit<
  CarriedRotation,
  'shape' | 'wanted' | 'phases' | 'progress' | 'started'
> {
  /** Of units and clusters, each once; numbers elsewhere are places in it. */
  readonly names: readonly string[];
  readonly shape?: Omit<NonNullable<CarriedRotation['shape']>, 'units'> & { readonly units: Packed };
  readonly wanted?: Omit<Wanted, 'signers' | 'certificates'> & {
    readonly signers: Packed;
    readonly certificates: Packed;
  };
  readonly phases: readonly (Omit<CarriedRotation['phases'][number], 'units'> & { readonly units: Packed })[];
  readonly progress: Omit<RotationProgress, 'phases'> & { readonly phases: readonly CompactPhase[] };
  readonly started: readonly number[];
}

interface CompactPhase extends Omit<PhaseProgress, 'clusters' | 'heard'> {
  readonly order: readonly number[];
  /** Clusters that are done and of which no more is kept: name, done, total. */
  readonly done: readonly (readonly [number, number, number])[];
  /** Those told whole; what is in neither list is waiting. */
  readonly whole: readonly ClusterStep[];
  /** Unit, sequence, versions written. */
  readonly heard: readonly (readonly [number, number, number])[];
}

/** Up to so many clusters everything is kept. */
const smallMesh = 50;

export function compact({
  shape,
  wanted,
  phases,
  progress,
  started,
  ...rest
}: CarriedRotation): CompactRotation {
  const names = [
    ...new Set([
      ...(shape?.units ?? []).flatMap(({ unit, clusters }) => [
        unit,
        ...clusters.map(({ cluster }) => cluster),
      ]),
      ...progress.phases.flatMap(({ clusters, heard }) => [
        ...clusters.map(({ cluster }) => cluster),
        ...Object.keys(heard ?? {}),
      ]),
      ...started,
    ]),
  ];
  const places = new Map(names.map((name, i) => [name, i]));
  const placeOf = (name: string): number => places.get(name) ?? -1;
  return {
    ...rest,
    names,
    ...(shape === undefined ? {} : { shape: { ...shape, units: pack(shape.units, names) } }),
    ...(wanted === undefined ? {} : { wanted: compactWanted(wanted, names) }),
    phases: phases.map((phase) => ({ ...phase, units: pack(phase.units, names) })),
    progress: { ...progress, phases: progress.phases.map((phase) => compactPhase(phase, placeOf)) },
    started: started.map(placeOf),
  };
}

export function expand({
  names,
  shape,
  wanted,
  phases,
  progress,
  started,
  ...rest
}: CompactRotation): CarriedRotation {
  return {
    ...rest,
    // Packed by `compact` from these types, and by nobody else.
    ...(shape === undefined ? {} : { shape: { ...shape, units: unpack(shape.units, names) as UnitShape[] } }),
    ...(wanted === undefined ? {} : { wanted: expandWanted(wanted, names) }),
    phases: phases.map((phase) => ({ ...phase, units: unpack(phase.units, names) as UnitStep[] })),
    progress: { ...progress, phases: progress.phases.map((phase) => expandPhase(phase, names)) },
    started: started.map((place) => names[place] ?? ''),
  };
}

function compactWanted(
  { signers, certificates, ...rest }: Wanted,
  names: readonly string[],
): NonNullable<CompactRotation['wanted']> {
  return {
    ...rest,
    signers: pack(Object.entries(signers), names),
    certificates: pack(certificates, names),
  };
}

function expandWanted(
  { signers, certificates, ...rest }: NonNullable<CompactRotation['wanted']>,
  names: readonly string[],
): Wanted {
  const pairs = unpack(signers, names) as (readonly [string, Signer])[];
  return {
    ...rest,
    signers: Object.fromEntries(pairs),
    certificates: unpack(certificates, names) as CertFacts[],
  };
}

function compactPhase(
  { clusters, heard, ...phase }: PhaseProgress,
  placeOf: (name: string) => number,
): CompactPhase {
  const brief = clusters.length > smallMesh ? clusters.filter(({ state }) => state === 'done') : [];
  return {
    ...phase,
    order: clusters.map(({ cluster }) => placeOf(cluster)),
    done: brief.map(({ cluster, done, total }) => [placeOf(cluster), done, total] as const),
    whole: clusters.filter((step) => step.state !== 'waiting' && !brief.includes(step)),
    heard: Object.entries(heard ?? {}).map(
      ([unit, { sequence, written }]) => [placeOf(unit), sequence, written] as const,
    ),
  };
}

function expandPhase(
  { order, done, whole, heard, ...phase }: CompactPhase,
  names: readonly string[],
): PhaseProgress {
  const counts = new Map(done.map(([place, ...count]) => [place, count]));
  const steps = new Map(whole.map((step) => [step.cluster, step]));
  return {
    ...phase,
    clusters: order.map((place) => {
      const cluster = names[place] ?? '';
      const [ready, total] = counts.get(place) ?? [0, 0];
      return steps.get(cluster) ?? bare(cluster, counts.has(place) ? 'done' : 'waiting', ready, total);
    }),
    ...(heard.length === 0
      ? {}
      : {
          heard: Object.fromEntries(
            heard.map(([place, sequence, written]) => [names[place] ?? '', { sequence, written }]),
          ),
        }),
  };
}

function bare(cluster: string, state: ClusterStep['state'], done: number, total: number): ClusterStep {
  return {
    cluster,
    state,
    doing: undefined,
    since: undefined,
    awaiting: undefined,
    done,
    total,
    evidence: [],
    stopped: undefined,
  };
}
