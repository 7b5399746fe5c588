import type { CodeEntry } from '../code.ts';

/** Plans, invariants and the course of a rotation. */
export const rotationCodes = {
  INVARIANT_VIOLATED: {
    message: 'the plan would break an invariant',
    hint: 'mend the cause, or override it: --override CODE --reason TEXT',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  PHASE_UNDONE: {
    message: 'a phase that has ended is needed again: what was proven is no longer so',
    hint: 'mend what is named: somebody else may write to a CA source, or a cluster be in trouble; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  FOREIGN_ROOT_IN_USE: {
    message:
      'leaves or signers of the mesh are below a root that the rotation has not found there and does not lead to',
    hint: 'see that no CA source holds it any more, and let what holds such leaves renew: kubectl rollout restart; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  ROOT_PINNED: {
    message:
      'a root that is to go is in caCertificates of the mesh configuration too, and proxies go on trusting it',
    hint: 'take it out of caCertificates when the rotation has completed: kubectl edit configmap -n aks-istio-system',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  SIGNER_NOT_TRUSTED: {
    message: 'a CA would sign whose root not everybody in the mesh trusts',
    hint: 'distribute the root first: plan a root rotation in three phases',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  ROOT_IN_USE: {
    message: 'a root would be dropped that live leaves, or signers, still chain to',
    hint: 'let every proxy renew under the new signer first: plan three phases, not two',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  NOT_RESTORABLE: {
    message: 'what is overwritten could not be read back',
    hint: 'enable the previous versions of the CA source and let the caller read them',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  BUNDLE_NOT_CONTIGUOUS: {
    message: 'a running istiod would refuse the bundle: neither the old nor the new one contains the other',
    hint: 'let the istiods named load what the CA source holds, restart those that do not within minutes, and plan again',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  TORN_CHAIN: {
    message: 'istiod could sign while its chain lacks its certificate, and no peer would accept the leaf',
    hint: 'leave the policy at its default, which writes a chain of both generations first',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  SUBJECT_REUSED: {
    message:
      'old and new intermediate have the same subject, and a peer may build its path through the wrong one',
    hint: 'make the new intermediate with a subject of its own',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  UNREADABLE_NOT_PROVEN: {
    message: 'proxies that cannot be read may not be where the step needs them',
    hint: 'make the proxies readable or restart their workloads, and make the istiods answer; time proves nothing before a sound CA source is loaded',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  EXPIRES_BEFORE_END: {
    message: 'a certificate that the rotation relies on expires before its end',
    hint: 'make the rotation shorter: workloads: { mode: restart }, or a wider wave',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  ROOT_COMPROMISED: {
    message: 'a root that is marked compromised or has expired would come back',
    hint: 'choose another root; this cannot be overridden',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  CLUSTER_NOT_IN_FLEET: {
    message: 'an istiod serves a cluster that the fleet file lacks',
    hint: 'add the cluster to the fleet file, with controlPlane: naming the cluster of its istiod',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  CLUSTER_SECOND_ISTIOD: {
    message: 'another istiod runs in the cluster, in a namespace that is not looked at',
    hint: 'say which istiod is meant with istioNamespace in the fleet file, remove the other, or override where it serves another mesh',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  AMBIENT_NOT_HANDLED: {
    message: 'ztunnel runs in the cluster, and its certificates are not looked at yet',
    hint: 'leave the cluster out, or look after its ztunnels by hand and override',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  ISTIOD_VERIFIER_STATIC: {
    message:
      'clients show istiod a certificate (VMs, FILE_MOUNTED_CERTS), and an istiod that loads new roots live verifies them by those of its start',
    hint: 'override it with a reason, and restart every istiod in distribute when add-roots is loaded everywhere (pause, restart, resume) and once more after revoke: kubectl rollout restart deployment -n aks-istio-system -l app=istiod',
    exit: 1,
    retryable: false,
    stands: 'noRenewal',
  },
  NOTHING_SIGNS: {
    message: 'the CA source does not verify, and no istiod tells which CA signs now',
    hint: 'put a matching certificate, key and chain back into the CA source, under a root of its bundle',
    exit: 1,
    retryable: false,
    stands: 'doubts',
  },
  WANTED_SIGNER_MISSING: {
    message: 'the new CA has no intermediate for the unit',
    hint: 'make an intermediate for the unit, in a folder of its name',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  ROTATION_UNFINISHED: {
    message:
      'the last that was written to the CA source is not the last that its rotation writes: it is between its writes, or ended before its end',
    hint: 'see whether it still runs, in the Temporal namespace that it was started in: meshturn rotation status …; of two that run, abort one: meshturn rotation abort …; one that has ended is taken up by a start',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  TRUST_HOLDERS: {
    message:
      'roots of the mesh are trusted outside of it, where nothing is looked at: a person answers for that before activate and before revoke',
    hint: 'see to it that each holder trusts the new root before activate, and needs the old one no more before revoke',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
} as const satisfies Record<string, CodeEntry>;
