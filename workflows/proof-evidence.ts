import type { Census, LoadEvidence, SecondPlaneEvidence } from '../activities/contract.ts';
import type { EvidenceProof } from '../activities/evidence/document.ts';

/** @param by how the set came to be loaded, in words */
export function loadProof(
  stage: string,
  { at, replicas, loggedSerials }: LoadEvidence,
  by: string,
): EvidenceProof {
  return { proof: 'loaded', stage, at, by, replicas, loggedSerials };
}

export function secondPlaneProof(
  stage: string,
  cluster: string,
  { at, namespaces, webhooks, changedAt }: SecondPlaneEvidence,
): EvidenceProof {
  return {
    ...{ proof: 'secondPlane', stage, cluster, at, namespaces },
    ...(webhooks === undefined ? {} : { webhooks }),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

export function censusProof(
  stage: string,
  cluster: string,
  { at, total, converged, provenByTime, notStarted, laggards }: Census,
): EvidenceProof {
  return {
    ...{ proof: 'converged', stage, cluster, at, total, converged, laggards },
    ...(provenByTime === undefined ? {} : { provenByTime }),
    ...(notStarted === undefined ? {} : { notStarted }),
  };
}
