import { type Names, shortFingerprint } from '../../rotation/names.ts';
import type { ObservedMesh, ObservedUnit } from '../../rotation/observed.ts';
import { allRoots } from '../../rotation/origin.ts';
import type { CertFacts, Fingerprint } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { day } from './clock.ts';
import { fromNow, lifetime, secondsBetween } from './duration.ts';
import { table } from './table.ts';

/** An expiry nearer than this is worth counting the days to. */
const year = 365 * 86_400;

const columns = [
  { title: 'CLUSTER' },
  { title: 'SOURCE' },
  { title: 'TRUSTS' },
  { title: 'SIGNS WITH' },
  { title: 'LEAF TTL' },
  { title: 'RELOAD' },
  { title: 'PROXIES', align: 'right' },
] as const;

const sources = { keyVault: 'key vault' } as const;
const reloads = { live: 'live', cronjob: 'CronJob', restart: 'restart' } as const;

/** What every cluster holds now. */
export function clusterTable(
  view: { readonly observed: ObservedMesh; readonly columns: number | undefined },
  names: Names,
): readonly string[] {
  return table(
    columns,
    view.observed.units.flatMap((unit) =>
      unit.clusters.map(({ cluster, longestLeafTtlSeconds, proxies }) => [
        cluster,
        sources[unit.source.kind],
        unit.source.roots.map(names.full).join(', ') || 'nothing',
        signerOf(unit, names),
        lifetime(longestLeafTtlSeconds),
        reloadOf(unit),
        String(proxies),
      ]),
    ),
    view.columns,
  );
}

/** `CronJob 10m` */
function reloadOf({ reload, cronJobEvery }: ObservedUnit): string {
  return cronJobEvery === undefined ? reloads[reload] : `${reloads[reload]} ${lifetime(cronJobEvery)}`;
}

function signerOf({ source }: ObservedUnit, names: Names): string {
  return source.signer === undefined ? 'a set that does not verify' : names.full(source.signer.fingerprint);
}

/** A line for each root in use or wanted: who it is and until when it is valid. */
export function rootLines(observed: ObservedMesh, wanted: Wanted, names: Names): readonly string[] {
  const present = new Set(observed.units.flatMap((unit) => unit.source.roots));
  const known = [...observed.units.flatMap((unit) => unit.certificates), ...wanted.certificates];
  const roots = [...present.union(new Set(allRoots(wanted)))].flatMap((root) => factsOf(known, root));
  const width = Math.max(0, ...roots.map(({ fingerprint }) => names.full(fingerprint).length));
  return roots.map(({ fingerprint, notAfter }) => {
    const soon = secondsBetween(observed.at, notAfter) < year;
    const expiry = `expires ${day(notAfter)}${soon ? `, ${fromNow(notAfter, new Date(observed.at))}` : ''}`;
    const isNew = present.has(fingerprint) ? '' : '  new';
    return `${names.full(fingerprint).padEnd(width)}  ${shortFingerprint(fingerprint)}  ${expiry}${isNew}`;
  });
}

/** How many intermediates a rotation has yet to be given, and below which root. */
export function toBeIssuedLines({ signers, certificates }: Wanted, names: Names): readonly string[] {
  const open = new Set(certificates.filter(({ toBeIssued }) => toBeIssued).map((one) => one.fingerprint));
  const roots = Object.values(signers).flatMap(({ fingerprint, root }) =>
    open.has(fingerprint) ? root : [],
  );
  return [...Map.groupBy(roots, (root) => root)].map(
    ([root, { length }]) =>
      `${length} ${length === 1 ? 'intermediate' : 'intermediates'} to be issued below ${names.full(root)}`,
  );
}

function factsOf(known: readonly CertFacts[], fingerprint: Fingerprint): readonly CertFacts[] {
  const found = known.find((cert) => cert.fingerprint === fingerprint);
  return found === undefined ? [] : [found];
}
