import type { Phase, Proof, Stage, UnitStep } from '../../../rotation/plan.ts';
import { sameList, sameSet } from '../../../rotation/trust.ts';
import type { Dice } from './dice.ts';
import { reload, renew, restart, type CaFiles, type ModelIstiod, type ModelUnit } from './mesh.ts';

/** One unit's way through one phase: yields after every single thing that happens. */
export type Walker = Generator<string, void>;

/** Called right before each object is written, as a stage is that was cut off and is repeated. */
export type BeforeWriting = (unit: ModelUnit, stage: Stage) => void;

function* walkStep(unit: ModelUnit, step: UnitStep, dice: Dice, ask: BeforeWriting): Walker {
  for (const stage of step.stages) {
    yield* write(unit, stage, ask);
    for (const proof of stage.proofs) yield* prove(unit, stage, proof, dice);
  }
}

/** All units of a phase at once, one action of one of them at a time, in any order. */
export function* walkPhase(
  units: readonly ModelUnit[],
  phase: Phase,
  dice: Dice,
  ask: BeforeWriting,
): Walker {
  const walkers = phase.units.flatMap((step) =>
    units.filter(({ name }) => name === step.unit).map((unit) => walkStep(unit, step, dice, ask)),
  );
  while (walkers.length > 0) {
    const at = dice.below(walkers.length);
    const next = walkers[at]?.next();
    if (next?.done === true) walkers.splice(at, 1);
    else if (next !== undefined) yield `${phase.name}: ${next.value}`;
  }
}

export function* write(unit: ModelUnit, stage: Stage, ask: BeforeWriting): Walker {
  const { name } = stage;
  const { roots, chain, signer } = stage.write;
  const parts: Partial<CaFiles>[] = [
    ...(roots === undefined ? [] : [{ roots }]),
    ...(chain === undefined ? [] : [{ chain }]),
    ...(signer === undefined ? [] : [{ key: signer }, { cert: signer }]),
  ];
  const pieces = unit.atomic && parts.length > 0 ? [Object.assign({}, ...parts) as Partial<CaFiles>] : parts;
  for (const piece of pieces) {
    ask(unit, stage);
    unit.source = { ...unit.source, ...piece };
    yield `${unit.name} ${name} writes ${JSON.stringify(piece)}`;
  }
  ask(unit, stage);
}

export function* prove(unit: ModelUnit, stage: Stage, proof: Proof, dice: Dice): Walker {
  if (proof === 'synced') {
    let lagging = lag(unit);
    while (lagging.length > 0) {
      yield syncOne(unit, dice);
      lagging = lag(unit);
    }
  }
  if (proof === 'loaded') yield* load(unit, stage);
  if (proof === 'secondPlane') {
    for (const cluster of unit.clusters) {
      cluster.secondPlane = stage.expect.roots;
      yield `${unit.name} writes istio-ca-root-cert in ${cluster.name}`;
    }
  }
  if (proof === 'converged') yield* converge(unit, stage, dice);
}

function* load(unit: ModelUnit, { name, expect, chain }: Stage): Walker {
  for (const istiod of unit.istiods) {
    // One that stays silent until now is started again: the proof is its answer.
    if (istiod.live && !istiod.silent) reload(istiod);
    else restart(istiod);
    istiod.silent = false;
    const { held } = istiod;
    const right =
      held !== undefined &&
      sameList(held.roots, expect.roots) &&
      held.signer === expect.signer &&
      sameList(held.chain, chain);
    if (!right) throw new Error(`${istiod.pod} never loads ${name}: holds ${JSON.stringify(held)}`);
    yield `${istiod.pod} loads ${name}`;
  }
}

function* converge(unit: ModelUnit, { name, expect }: Stage, dice: Dice): Walker {
  for (const proxy of unit.clusters.flatMap(({ proxies }) => proxies)) {
    const { held } = dice.oneOf(unit.istiods) ?? {};
    if (held !== undefined) renew(proxy, held);
    if (proxy.signer !== expect.signer || !proxy.whole || !sameSet(proxy.trust, expect.roots)) {
      throw new Error(`a proxy of ${unit.name} never converges in ${name}`);
    }
    yield `a proxy of ${unit.name} renews in ${name}`;
  }
}

const fileNames = ['roots', 'chain', 'key', 'cert'] as const;

interface Lag {
  readonly istiod: ModelIstiod;
  readonly file: (typeof fileNames)[number];
}

/** Files of istiods' volumes that are not what the source holds. */
function lag({ source, istiods }: ModelUnit): readonly Lag[] {
  return istiods.flatMap((istiod) =>
    fileNames
      .filter((file) => JSON.stringify(istiod.volume[file]) !== JSON.stringify(source[file]))
      .map((file) => ({ istiod, file })),
  );
}

/** The CSI driver brings one file of one volume up to date, and istiod may see it before the next. */
export function syncOne(unit: ModelUnit, dice: Dice): string {
  const late = dice.oneOf(lag(unit));
  if (late === undefined) return 'nothing to sync';
  const { istiod, file } = late;
  istiod.volume = unit.atomic ? unit.source : { ...istiod.volume, [file]: unit.source[file] };
  if (istiod.live && dice.below(4) > 0) reload(istiod);
  return `${file} reaches ${istiod.pod}`;
}
