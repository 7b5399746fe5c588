import type { EvidenceProof, EvidenceWrite, UnitDocument } from '../../activities/evidence/document.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { inWords, secondsBetween } from './duration.ts';
import { cell, utc, utcNear } from './markdown.ts';
import type { Names } from '../../rotation/names.ts';
import { stopLines } from './report-stops.ts';

/** What was done to one unit in one phase, and how it was proven, in the order of time. */
export function unitSection(unit: UnitDocument, names: Names): readonly string[] {
  const { startedAt, endedAt, before, after, clusters, writes, proofs, stops } = unit;
  const others = clusters.filter((cluster) => cluster !== unit.unit);
  const events = [
    ...writes.map((write) => ({ at: write.at, line: writeLine(write, startedAt, names) })),
    ...proofs.map((proof) => ({ at: proof.at, line: proofLine(proof, startedAt) })),
    ...stops.map((stop) => ({ at: stop.at, line: stopLines([stop], startedAt).join() })),
  ];
  return [
    `### ${unit.unit}${others.length === 0 ? '' : `, which serves ${others.join(', ')} too`}`,
    '',
    `${utc(startedAt)} to ${utc(endedAt)}, ${inWords(secondsBetween(startedAt, endedAt))}`,
    '',
    `- before: ${trustWords(before, names)}`,
    `- after: ${trustWords(after, names)}`,
    ...events.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ line }) => line),
  ];
}

function trustWords({ roots, signer }: UnitDocument['before'], names: Names): string {
  return `trusts ${roots.map(names.full).join(', ')}; signs with ${nameOf(signer, names)}`;
}

/** Intermediates are known by their fingerprints only. */
function nameOf(fingerprint: Fingerprint, names: Names): string {
  return fingerprint === '' ? 'nothing that verifies' : names.full(fingerprint);
}

function writeLine(write: EvidenceWrite, near: string, names: Names): string {
  const { at, stage, written, versions, source, objects, roots, signer } = write;
  const made = written.map((file) => `${objects?.[file] ?? file} ${versions[file] ?? ''}`.trim());
  const contents = [
    ...(roots === undefined ? [] : [`roots ${roots.map(names.full).join(', ')}`]),
    ...(signer === undefined ? [] : [`intermediate ${nameOf(signer, names)}`]),
  ];
  const what = made.length === 0 ? 'nothing to write' : `wrote ${made.join(', ')}`;
  return [
    `- ${utcNear(at, near)} ${stage}: ${what}`,
    ...(source === undefined || made.length === 0 ? [] : [` to ${cell(source)}`]),
    ...(contents.length === 0 ? [] : [` (${contents.join('; ')})`]),
  ].join('');
}

function proofLine(proof: EvidenceProof, near: string): string {
  return `- ${utcNear(proof.at, near)} ${proof.stage}: ${cell(words(proof))}`;
}

function words(proof: EvidenceProof): string {
  switch (proof.proof) {
    case 'synced':
      return `in the volumes of ${proof.pods.join(', ')}`;
    case 'loaded':
      return `served by ${proof.replicas.map(({ cluster, pod, leafSerial }) => `${cluster}/${pod} (probe leaf ${leafSerial})`).join(', ')}; ${proof.by}`;
    case 'accepted':
      return `a new leaf accepted both ways by proxies of ${proof.clusters.join(', ')}, ${proof.handshakes} handshakes`;
    case 'secondPlane': {
      const hooks = proof.webhooks === undefined ? '' : ` and ${proof.webhooks} webhooks`;
      return `${proof.cluster}: istio-ca-root-cert right in ${proof.namespaces} namespaces${hooks}`;
    }
    case 'converged': {
      const { cluster, total, converged, provenByTime, notStarted = 0 } = proof;
      return [
        `${cluster}: ${converged}/${total} proxies hold it`,
        ...(provenByTime === undefined
          ? []
          : [`${provenByTime.count} of them proven by time (${provenByTime.pods.join(', ')})`]),
        ...(notStarted === 0 ? [] : [`${notStarted} not started`]),
      ].join(', ');
    }
  }
}
