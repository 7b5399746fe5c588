import type { Phase, SourceWrite } from '../../rotation/plan.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { inWords } from './duration.ts';
import type { Names } from '../../rotation/names.ts';
import type { PlanView } from './plan.ts';
import { table } from './table.ts';

const columns = ['Phase', 'Trust', 'Sign', 'Writes', 'Waits for', 'About'].map((title) => ({ title }));

/** What each phase writes, and what is proven before the next. */
export function phaseTable(view: PlanView, names: Names): readonly string[] {
  return table(
    columns,
    view.plan.phases.map((phase, index) => [
      `${index + 1} ${phase.name}`,
      together(phase.units.map(({ to }) => to.roots.map(names.short).join(' '))),
      signerOf(phase, view, names),
      writesOf(phase),
      waitsOf(phase, view),
      inWords(view.phaseSeconds[index] ?? 0),
    ]),
    view.columns,
  );
}

/** The root that leaves lead to at the end of the phase; where roots stay, the intermediates themselves. */
function signerOf({ units }: Phase, { observed, wanted }: PlanView, names: Names): string {
  const signers = [
    ...Object.values(wanted.signers),
    ...observed.units.flatMap(({ source }) => source.signer ?? []),
  ];
  const rootOf = (signer: Fingerprint): Fingerprint =>
    signers.find(({ fingerprint }) => fingerprint === signer)?.root ?? signer;
  const shown = units.map(({ to }) =>
    wanted.kind === 'root' ? names.short(rootOf(to.signer)) : names.full(to.signer),
  );
  return together(shown);
}

const files = {
  roots: 'root-cert',
  chain: 'cert-chain',
  signer: 'ca-key, ca-cert',
} as const satisfies Partial<Record<keyof SourceWrite, string>>;

function writesOf({ units }: Phase): string {
  const writes = units.flatMap(({ stages }) => stages.map(({ write }) => write));
  const written = (['roots', 'chain', 'signer'] as const).filter((part) =>
    writes.some((write) => write[part] !== undefined),
  );
  return written.map((part) => files[part]).join(', ') || 'nothing';
}

function waitsOf({ units }: Phase, { observed }: PlanView): string {
  const proofs = new Set(units.flatMap(({ stages }) => stages.flatMap((stage) => stage.proofs)));
  const clusters = new Set(units.flatMap((unit) => unit.clusters));
  const seen = observed.units.flatMap((unit) => unit.clusters).filter(({ cluster }) => clusters.has(cluster));
  const proxies = seen.reduce((sum, cluster) => sum + cluster.proxies, 0);
  const unread = seen.reduce((sum, cluster) => sum + cluster.unreadable, 0);
  const what = units.some(({ from, to }) => from.signer !== to.signer) ? 'leaves' : 'proxies';
  return [
    ...(proofs.has('synced') ? ['sync'] : []),
    ...(proofs.has('loaded') ? ['reload'] : []),
    `${proxies} ${what}${unread === 0 ? '' : ` (${unread} by time)`}`,
  ].join(', ');
}

/** One word where all units agree; up to three otherwise. */
function together(texts: readonly string[]): string {
  const different = [...new Set(texts)];
  return different.length <= 3 ? different.join(' / ') : `${different.length} different`;
}
