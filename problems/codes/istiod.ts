import type { CodeEntry } from '../code.ts';

/** istiod: what it loads, refuses and serves. */
export const istiodCodes = {
  SELF_SIGNED_MESH: {
    message: 'istiod signs with a self-signed CA, and a live mesh cannot be moved from it to a plugged-in CA',
    hint: 'disable the mesh and enable it again with the plug-in CA inputs (az aks mesh enable --root-cert-object-name …)',
    exit: 65,
    retryable: false,
  },
  ISTIOD_NOT_FOUND: {
    message: 'there is no such istiod in the cluster',
    hint: 'check istioNamespace and revision in the fleet file: kubectl get deployments -A -l app=istiod',
    exit: 65,
    retryable: false,
  },
  ISTIOD_NAMESPACES_MANY: {
    message: 'istiod runs in several namespaces',
    hint: 'say which one is meant: istioNamespace in the fleet file',
    exit: 65,
    retryable: false,
  },
  CACERTS_SOURCE_UNKNOWN: {
    message: 'it cannot be told where /etc/cacerts of istiod comes from',
    hint: 'it must be a Secrets Store CSI volume or a Secret: kubectl get pods -l app=istiod -o yaml',
    exit: 65,
    retryable: false,
  },
  SECRET_PROVIDER_CLASS_INVALID: {
    message: 'the SecretProviderClass cannot be read as one of Azure Key Vault for istiod',
    hint: 'compare it with one of the add-on: it names objects for root-cert.pem, ca-cert.pem, ca-key.pem and cert-chain.pem',
    exit: 65,
    retryable: false,
  },
  REVISION_SOURCES_DIFFER: {
    message:
      'revisions of istiod read their CA from different objects, and a write would reach only some of them',
    hint: 'let their SecretProviderClasses name the same vault and objects: kubectl get secretproviderclasses -A -o yaml',
    exit: 65,
    retryable: false,
  },
  SOURCE_NOT_OF_FLEET: {
    message: 'istiod reads its CA from elsewhere than the fleet file says',
    hint: 'mend source.keyVault in the fleet file, or leave it out: it is read from the SecretProviderClass then',
    exit: 65,
    retryable: false,
  },
  OBJECT_VERSION_PINNED: {
    message: 'the SecretProviderClass pins versions, so new ones never reach istiod',
    hint: 'remove objectVersion from its objects',
    exit: 65,
    retryable: false,
  },
  CSI_ROTATION_OFF: {
    message: 'the Secrets Store CSI driver does not pick up new versions',
    hint: 'turn it on: az aks addon update --addon azure-keyvault-secrets-provider --enable-secret-rotation …',
    exit: 65,
    retryable: false,
  },
  ISTIOD_REGRESSED: {
    message: 'istiod no longer serves what was proven of it',
    hint: 'look at its pods and their log: kubectl get pods -A -l app=istiod; the rotation goes on by itself when they serve it again, or at once: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  HANDSHAKE_REFUSED: {
    message: 'a new leaf and a proxy of the mesh do not accept each other',
    hint: 'compare what both hold: istioctl proxy-config secret POD -n NAMESPACE; new leaves of the cluster fail there until its old intermediate is put back into the CA source or the trust is mended; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  HANDSHAKE_NOT_MADE: {
    message:
      'no proxy of another cluster could be asked whether it accepts a new leaf, and no other unit follows on nothing',
    hint: 'mend what keeps the clusters named from being asked; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  SYNC_TIMED_OUT: {
    message: 'the new versions did not reach the volume of every istiod replica',
    hint: 'look at the CSI driver: kubectl logs -n kube-system -l app=secrets-store-provider-azure; then: meshturn rotation retry …',
    exit: 124,
    retryable: false,
  },
  LOAD_TIMED_OUT: {
    message: 'not every istiod replica serves the new set',
    hint: 'look at its log: kubectl logs -l app=istiod -n aks-istio-system; then: meshturn rotation retry …',
    exit: 124,
    retryable: false,
  },
  ISTIOD_MULTIROOT_OFF: {
    message: 'istiod refused the new root bundle, for it was started without multi-root',
    hint: 'set ISTIO_MULTIROOT_MESH=true on istiod, or restart it: kubectl rollout restart deployment …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ISTIOD_REFUSED_ROOT: {
    message: 'istiod refused the new root bundle and keeps the old set',
    hint: 'the bundle must keep every certificate of the old one, byte for byte on istiod 1.29 and older; mend it and restart istiod: kubectl rollout restart deployment …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ISTIOD_REFUSED_KEY: {
    message: 'istiod refused the new set, for key and certificate do not match, and keeps the old one',
    hint: 'write the key and the certificate of the same intermediate, and restart istiod: kubectl rollout restart deployment …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ISTIOD_REFUSED_CHAIN: {
    message: 'istiod refused the new set, for its certificate does not verify, and keeps the old one',
    hint: 'the chain and the root bundle must lead from ca-cert.pem to a root; mend them and restart istiod: kubectl rollout restart deployment …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ISTIOD_FILES_UNREADABLE: {
    message: 'istiod cannot read the files of its CA',
    hint: 'the volume must hold root-cert.pem, ca-cert.pem, ca-key.pem and cert-chain.pem',
    exit: 1,
    retryable: false,
  },
  ISTIOD_RELOAD_FAILED: {
    message: 'istiod could not load the new set and keeps the old one',
    hint: 'its log says why: kubectl logs -l app=istiod',
    exit: 1,
    retryable: false,
  },
  ISTIOD_WATCH_ENDED: {
    message: 'istiod no longer watches the files of its CA',
    hint: 'restart it: kubectl rollout restart deployment …; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ISTIOD_NOT_READY: {
    message: 'a replica of istiod is not ready, and what it serves is not known',
    hint: 'see why: kubectl describe pods -l app=istiod -n aks-istio-system',
    exit: 1,
    retryable: false,
    warns: true,
  },
  ISTIOD_TORN_CHAIN: {
    message:
      'leaves that istiod signs now verify at no peer: its chain does not lead from its certificate to a root',
    hint: 'put a matching cert-chain.pem into the CA source',
    exit: 1,
    retryable: false,
    warns: true,
  },
  REMOTE_SECRETS_UNREADABLE: {
    message:
      'remote secrets of istiod may not be read, so a cluster that it serves and the fleet file lacks stays unseen',
    hint: 'compare by hand: kubectl get secrets -l istio/multiCluster=true; or let the caller list them: docs/security.md',
    exit: 1,
    retryable: false,
    warns: true,
  },
  REMOTE_CLUSTER_UNCOMPARED: {
    message:
      'an istiod serves a cluster by a name that the fleet file lacks, and not every address could be compared',
    hint: 'name clusters in the fleet file as istiod does: kubectl get secrets -l istio/multiCluster=true',
    exit: 1,
    retryable: false,
    warns: true,
  },
  PROBE_SERVICE_ACCOUNT: {
    message: 'the ServiceAccount that asks istiod for probe certificates cannot be used',
    hint: 'create it and let the caller make tokens for it: see docs/security.md',
    exit: 4,
    retryable: false,
  },
  PROBE_FAILED: {
    message: 'istiod gave no answer to a certificate request',
    hint: 'look at its log: kubectl logs -l app=istiod',
    exit: 1,
    retryable: true,
  },
  PROBE_REFUSED: {
    message: 'istiod refuses the probe certificate request',
    hint: 'its log says why: kubectl logs -l app=istiod | grep -i authenticate',
    exit: 4,
    retryable: false,
  },
  CRONJOB_SUSPENDED: {
    message: 'the CronJob that would restart istiod is suspended',
    hint: 'resume it: kubectl patch cronjob … -p \'{"spec":{"suspend":false}}\'; or set cronJob: runNow in the fleet file',
    exit: 1,
    retryable: false,
  },
  CRONJOB_FAILED: {
    message: 'the run of the CronJob that would restart istiod failed',
    hint: 'look at its log: kubectl logs job/…; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  CRONJOB_LATE: {
    message: 'the CronJob that would restart istiod has not run for twice its interval',
    hint: 'see why: kubectl get cronjobs,jobs -n aks-istio-system; or set cronJob: runNow in the fleet file',
    exit: 1,
    retryable: false,
    warns: true,
  },
  CRONJOB_BLIND: {
    message: 'the CronJob that should restart istiod ran and did not, and Meshturn restarted istiod itself',
    hint: 'nothing to do for this rotation; it compares the Secret cacerts, which the SecretProviderClass must sync (secretObjects)',
    exit: 1,
    retryable: false,
    warns: true,
  },
  ROLL_STUCK: {
    message: 'the restart of istiod does not progress',
    hint: 'look at it: kubectl rollout status deployment …; kubectl get events',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
