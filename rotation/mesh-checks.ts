import { foreignSigner } from './foreign-signer.ts';
import { numberOf, pathAmong } from './known.ts';
import { labelOf } from './names.ts';
import { rootsFor } from './origin.ts';
import type { ObservedUnit } from './observed.ts';
import { liveSigners } from './in-use.ts';
import type { Ground } from './mesh-view.ts';
import { later } from './projection.ts';
import { signerToRestore } from './walks.ts';
import type { Invariant } from './invariants.ts';
import type { PhaseName } from './plan.ts';
import type { Fingerprint } from './trust.ts';
import type { ReadCa } from './wanted.ts';

/** What a check of a whole plan looks at, unit by unit. */
interface PlanAbout {
  readonly ground: Ground;
  readonly wanted: ReadCa;
  readonly unit: ObservedUnit;
  readonly phases: readonly PhaseName[];
  /** When the mesh was observed, ISO 8601. */
  readonly at: string;
}

/** What stands against a plan whatever it writes; checked once a unit, before the first phase. */
export interface MeshCheck extends Omit<Invariant, 'broken'> {
  readonly broken: (about: PlanAbout) => readonly string[];
}

export const meshChecks: readonly MeshCheck[] = [
  {
    number: 0,
    code: 'CLUSTER_NOT_IN_FLEET',
    title: 'every cluster that an istiod serves is in the fleet file',
    mend: 'add the clusters to the fleet file, with controlPlane: naming the cluster of their istiod',
    overridable: true,
    broken: ({ unit }) => unit.strangers.map((name) => `istiod of ${unit.unit} serves ${name}`),
  },
  {
    number: 0,
    code: 'CLUSTER_SECOND_ISTIOD',
    title: 'no cluster runs another istiod besides, whose proxies would never converge',
    mend: 'remove the other istiod, or override where it serves another mesh',
    overridable: true,
    broken: ({ unit }) => (unit.otherIstiods ?? []).map((where) => `another istiod runs in ${where}`),
  },
  {
    number: 0,
    code: 'AMBIENT_NOT_HANDLED',
    title: 'no cluster runs ztunnel, whose certificates are not looked at yet',
    mend: 'leave the cluster out, or look after its ztunnels by hand and override',
    overridable: true,
    broken: ({ unit }) =>
      unit.clusters.flatMap(({ cluster, ambient }) => (ambient ? [`ztunnel runs in ${cluster}`] : [])),
  },
  {
    number: 0,
    code: 'ISTIOD_VERIFIER_STATIC',
    title: 'no client shows a certificate to an istiod that loads roots without a restart',
    mend: 'override it with a reason, and restart every istiod yourself, in distribute when add-roots is loaded everywhere (meshturn rotation pause, the restart, resume) and once more when revoke has ended: kubectl rollout restart deployment -n aks-istio-system -l app=istiod',
    overridable: true,
    broken: staticVerifier,
  },
  {
    number: 0,
    code: 'AGENT_KEEPS_ONE_ROOT',
    title: 'every agent keeps all roots of a bundle',
    mend: 'upgrade the proxies to 1.24.5 or 1.25.2 or newer and restart their workloads before the rotation',
    overridable: true,
    // Once a bundle of two roots is everywhere, going on is what ends it.
    broken: ({ unit, phases }) =>
      phases.includes('distribute')
        ? unit.clusters.flatMap(({ cluster, oneRootAgents = 0 }) =>
            oneRootAgents === 0 ? [] : [`${oneRootAgents} proxies in ${cluster} keep one root`],
          )
        : [],
  },
  {
    number: 7,
    code: 'CERT_OUTLIVED_BY_LEAVES',
    title: 'the new CA lasts longer than a leaf that it signs',
    mend: 'give a CA that lasts longer than the leaves of the mesh live',
    overridable: true,
    broken: outlivedByLeaves,
  },
  {
    number: 0,
    code: 'SERIAL_REPEATED',
    title: 'no other certificate of its issuer has the serial number of a new one',
    mend: 'have one of them issued anew with a random serial number',
    overridable: true,
    broken: repeatedSerials,
  },
  {
    number: 0,
    code: 'NOTHING_SIGNS',
    title: 'the CA source or an istiod tells which CA signs now',
    mend: 'put a matching certificate, key and chain back into the CA source, under a root of its bundle',
    overridable: false,
    broken: nothingSigns,
  },
  {
    number: 0,
    code: 'WANTED_SIGNER_MISSING',
    title: 'the new CA has an intermediate for every unit',
    mend: 'make an intermediate for the unit, in a folder of its name',
    overridable: false,
    broken: ({ unit, wanted }) =>
      wanted.signers[unit.unit] === undefined ? [`the new CA has no intermediate for ${unit.unit}`] : [],
  },
  {
    number: 1,
    code: 'SIGNER_NOT_TRUSTED',
    title: 'the wanted signer is below a root that stays',
    mend: 'give the root of the new intermediate, or an intermediate of the root given',
    overridable: false,
    broken: belowNoWantedRoot,
  },
  {
    number: 8,
    code: 'ROOT_COMPROMISED',
    title: 'no root marked compromised is wanted',
    mend: 'choose another root; this one cannot be overridden',
    overridable: false,
    broken: ({ ground: { known, policy }, unit, wanted }) =>
      (wanted.kind === 'root' ? rootsFor(wanted, unit.unit) : [wanted.signers[unit.unit]?.root ?? ''])
        .filter((root) => policy.compromised.includes(root))
        .map((root) => `${labelOf(known, root)} is marked compromised and wanted for ${unit.unit}`),
  },
  {
    number: 9,
    code: 'SOURCE_CHANGED_BY_OTHER',
    title: 'a way back replaces what rotations found or wrote, and nothing of anybody else',
    mend: 'see who wrote it, and put the contents of the version before it back; override where it may be replaced',
    overridable: true,
    broken: ofSomebodyElse,
  },
];

function ofSomebodyElse({ ground: { known }, unit, wanted }: PlanAbout): readonly string[] {
  const signer = foreignSigner(unit, wanted);
  if (signer === undefined) return [];
  return [`${labelOf(known, signer)} in the CA source of ${unit.unit} was written by somebody else`];
}

/**
 * istiod builds its verifier of client certificates once, at its start. Where it reloads live it would refuse clients
 * below the new root, and go on to accept those below the old one.
 */
function staticVerifier({ ground, unit, wanted }: PlanAbout): readonly string[] {
  if (wanted.kind === 'intermediate' || alwaysRestarts(unit)) return [];
  return [
    ...unit.clusters.flatMap(({ cluster, fileMounted = 0 }) =>
      fileMounted === 0 ? [] : [`${fileMounted} pods in ${cluster} have FILE_MOUNTED_CERTS`],
    ),
    ...(ground.policy.certificateHolders ?? []).map(
      (name) => `trust holder ${name} authenticates by certificate`,
    ),
  ];
}

/** Within the set of one unit it is refused when that is read; the sets of others, and those in use, are seen here. */
function repeatedSerials(about: PlanAbout): readonly string[] {
  const { unit } = about;
  const { known } = about.ground;
  const inUse = new Set([...unit.source.chain, unit.source.certificate]);
  const { root } = about.wanted.signers[unit.unit] ?? {};
  return reliedAnew(about).flatMap((one) => {
    const facts = known.facts.get(one);
    if (one === root || inUse.has(one) || facts === undefined || facts.toBeIssued) return [];
    const number = numberOf(facts);
    const other = known.byNumber.get(number)?.find(({ fingerprint }) => fingerprint !== one);
    if (other === undefined) return [];
    const names = [one, other.fingerprint].map((fingerprint) => labelOf(known, fingerprint));
    return [`${names.join(' and ')} are both ${number}`];
  });
}

/** A leaf that is cut to its signer's end is renewed the sooner, and not at all once that has passed. */
function outlivedByLeaves(about: PlanAbout): readonly string[] {
  const { ground, unit, at } = about;
  const life = Math.max(0, ...unit.clusters.map((cluster) => cluster.longestLeafTtlSeconds));
  const until = later(at, life);
  return reliedAnew(about).flatMap((one) => {
    const notAfter = ground.known.facts.get(one)?.notAfter;
    if (notAfter === undefined || Date.parse(notAfter) >= Date.parse(until)) return [];
    return [`${labelOf(ground.known, one)} expires ${notAfter}, a leaf signed now lives until ${until}`];
  });
}

/** The signer that a unit is to have, and what is above it, its root last. */
function reliedAnew({ ground: { known }, unit, wanted }: PlanAbout): readonly Fingerprint[] {
  const signer = wanted.signers[unit.unit];
  // One that signs already, or did before, is led back to or kept as it is.
  if (signer === undefined || wanted.exact === true || liveSigners(unit).includes(signer.fingerprint))
    return [];
  const path = pathAmong(known, signer.fingerprint, ({ fingerprint }) => signer.chain.includes(fingerprint));
  return [...new Set([...path, signer.root])];
}

/** A unit is as slow as the slowest of its revisions: of several one may reload live. */
function alwaysRestarts({ reload, istiods }: ObservedUnit): boolean {
  const planes = new Set(istiods.map(({ cluster, revision }) => `${cluster} ${revision}`));
  return reload === 'restart' && planes.size === 1;
}

/** New roots cannot be loaded beside a set that does not verify, and there is nothing to put back. */
function nothingSigns({ ground, unit, phases }: PlanAbout): readonly string[] {
  if (!phases.includes('distribute') || unit.source.signer !== undefined) return [];
  if (signerToRestore(ground, unit) !== undefined) return [];
  const found =
    liveSigners(unit).length === 0 ? 'no istiod answers' : 'what istiods sign with must not come back';
  return [`certificate and key in the CA source of ${unit.unit} do not verify, and ${found}`];
}

function belowNoWantedRoot({ ground, unit, wanted }: PlanAbout): readonly string[] {
  const signer = wanted.signers[unit.unit];
  const roots = wanted.kind === 'root' ? rootsFor(wanted, unit.unit) : unit.source.roots;
  if (signer === undefined || roots.includes(signer.root)) return [];
  return [
    `${labelOf(ground.known, signer.fingerprint)} for ${unit.unit} is below ${labelOf(ground.known, signer.root)}, which is not in the bundle`,
  ];
}
