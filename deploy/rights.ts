/** The files of `deploy/rbac/`, and where each is needed; whoever applies one gives what its rights imply. */
export const rightsFiles = [
  { name: 'cluster', when: 'every cluster' },
  { name: 'istiod', when: 'every cluster with an istiod' },
  { name: 'find-istiod', when: 'where the fleet file leaves `istioNamespace` out' },
  { name: 'restart-istiod', when: 'where istiod does not load a new root live' },
  { name: 'run-validator', when: 'with `cronJob: runNow`' },
  { name: 'restart-workloads', when: 'with `workloads: { mode: restart }`' },
  { name: 'synced-secret', when: 'where istiod mounts a Secret, not a CSI volume' },
  {
    name: 'remote-secrets',
    when: 'where clusters that istiod serves and the fleet file lacks shall be seen',
  },
  { name: 'exec', when: 'with `execFallback: true`' },
] as const;

export type RightsFile = (typeof rightsFiles)[number]['name'];

/** `proxies`: namespaces that have proxies; `cluster`: all namespaces, or what is in none. */
export type Scope = 'cluster' | 'proxies' | 'istiod' | 'kube-system';

/** Verbs on one resource of the Kubernetes API that Meshturn needs for one purpose. */
export interface Right {
  readonly file: RightsFile;
  readonly scope: Scope;
  /** Empty for the core group. */
  readonly group: string;
  /** Plural, with its subresource: `pods/log`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** The only objects that may be touched by it. */
  readonly names?: readonly string[];
  /** True where whoever plans has no need of it. */
  readonly worker?: true;
  readonly why: string;
  /** What whoever holds it could do with it besides. */
  readonly implies: string;
  /** What becomes of Meshturn without it, where that is no error. */
  readonly withheld?: string;
}

const podTemplates = 'reads pod templates, with the values of environment variables';
const asTheWorkload =
  'runs any pod in place of these workloads, with any ServiceAccount and Secret of their namespaces: no rule can limit a patch to annotations';
const injectorTypes = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;
const ownerTypes = ['deployments', 'statefulsets', 'daemonsets'] as const;

/** Every right in a cluster. Nothing else says what Meshturn may do: roles, docs and errors are made of it. */
export const rights: readonly Right[] = [
  {
    ...{ file: 'cluster', scope: 'cluster', group: '', resource: 'pods', verbs: ['list', 'get'] },
    why: 'finds every proxy, whether one that cannot be read is gone, and the replicas of istiod',
    implies: 'reads pod specs, with the values of environment variables',
  },
  {
    ...{ file: 'cluster', scope: 'cluster', group: '', resource: 'configmaps', verbs: ['list'] },
    names: ['istio-ca-root-cert'],
    why: 'what agents trust istiod by, in every namespace',
    implies: 'public certificates only',
  },
  ...injectorTypes.map((resource): Right => ({
    ...{
      file: 'cluster',
      scope: 'cluster',
      group: 'admissionregistration.k8s.io',
      resource,
      verbs: ['list'],
    },
    why: 'what the API server trusts istiod by: `caBundle` of its webhooks',
    implies: 'reads the address of every webhook',
  })),
  {
    ...{ file: 'cluster', scope: 'istiod', group: '', resource: 'configmaps', verbs: ['list'] },
    why: '`caCertificates` of the mesh configuration, in ConfigMaps of whatever revisions there are',
    implies: 'reads the configuration of istiod',
  },
  {
    ...{
      file: 'cluster',
      scope: 'proxies',
      group: '',
      resource: 'pods/portforward',
      verbs: ['get', 'create'],
    },
    why: 'asks each proxy what it holds: `config_dump` at the admin port of Envoy, 15000',
    implies:
      'reaches every port of every pod there, past network policies; the admin port of Envoy can also stop a proxy',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: 'apps', resource: 'deployments', verbs: ['list'] },
    why: 'finds istiod and all its revisions',
    implies: podTemplates,
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: 'batch', resource: 'cronjobs', verbs: ['list'] },
    why: 'the validator CronJob: whether there is one, whether it is late or suspended',
    implies: podTemplates,
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: 'secrets-store.csi.x-k8s.io' },
    ...{ resource: 'secretproviderclasses', verbs: ['get'] },
    why: 'which vault and secrets istiod reads, and that no version is pinned',
    implies: 'sees names of vaults and secrets',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: 'secrets-store.csi.x-k8s.io', worker: true },
    ...{ resource: 'secretproviderclasspodstatuses', verbs: ['list'] },
    why: 'which version of the set each istiod pod has mounted',
    implies: 'sees names and versions of secrets',
  },
  {
    ...{ file: 'istiod', scope: 'kube-system', group: 'apps', resource: 'daemonsets', verbs: ['list'] },
    why: 'whether the CSI driver picks up new versions, by its flags',
    implies: podTemplates,
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: '', resource: 'pods', verbs: ['watch'], worker: true },
    why: 'a new replica of istiod is looked at as it comes',
    implies: 'the same as list',
    withheld: 'replicas are looked at every second',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: '', resource: 'pods/log', verbs: ['get'] },
    why: 'refusals of a set by istiod, that it does not sign by itself, and what the validator CronJob saw',
    implies: 'reads all logs there, those of istiod above all',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: '', resource: 'pods/portforward', verbs: ['get', 'create'] },
    why: 'asks each istiod for a certificate, 15012',
    implies: 'reaches every port of every pod there, past network policies: the debug port of istiod, too',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: '', resource: 'serviceaccounts/token', verbs: ['create'] },
    names: ['meshturn-probe'],
    why: 'a token for istiod (audience `istio-ca`, 10 minutes), with which a probe CSR is sent',
    implies:
      'gets leaves for the SPIFFE ID of `meshturn-probe`: a workload of the mesh, which policies that allow the whole namespace or anyone in the mesh let in',
  },
  {
    ...{ file: 'istiod', scope: 'istiod', group: '', resource: 'configmaps', verbs: ['get'] },
    names: ['istio-ca-root-cert'],
    why: 'the roots that the certificate of istiod itself is verified by',
    implies: 'public certificates only',
  },
  {
    ...{ file: 'find-istiod', scope: 'cluster', group: 'apps', resource: 'deployments', verbs: ['list'] },
    why: 'finds the namespace of istiod',
    implies: podTemplates,
  },
  {
    ...{ file: 'restart-istiod', scope: 'istiod', group: 'apps', worker: true },
    ...{ resource: 'deployments', verbs: ['get', 'patch'] },
    why: 'rolls istiod where no CronJob does, or the CronJob stays blind (`CRONJOB_BLIND`), and sees how far it is',
    implies:
      'runs any pod in place of istiod, with any ServiceAccount and Secret of the namespace: no rule can limit a patch to annotations',
  },
  {
    ...{
      file: 'restart-istiod',
      scope: 'istiod',
      group: 'batch',
      resource: 'jobs',
      verbs: ['list'],
      worker: true,
    },
    why: 'the runs of the validator CronJob',
    implies: podTemplates,
  },
  {
    ...{ file: 'run-validator', scope: 'istiod', group: 'batch', worker: true },
    ...{ resource: 'cronjobs', verbs: ['get'] },
    why: 'the template of the Job',
    implies: podTemplates,
  },
  {
    ...{
      file: 'run-validator',
      scope: 'istiod',
      group: 'batch',
      resource: 'jobs',
      verbs: ['create'],
      worker: true,
    },
    why: 'a run of the validator CronJob at once',
    implies: 'runs any pod there, with any of its ServiceAccounts and Secrets',
  },
  ...['replicasets', ...ownerTypes].map((resource): Right => ({
    ...{
      file: 'restart-workloads',
      scope: 'cluster',
      group: 'apps',
      resource,
      verbs: ['list'],
      worker: true,
    },
    why: 'the owners of stale proxies',
    implies: podTemplates,
  })),
  ...ownerTypes.map((resource): Right => ({
    ...{ file: 'restart-workloads', scope: 'proxies', group: 'apps', worker: true },
    ...{ resource, verbs: ['get', 'patch'] },
    why: 'restarts owners of stale proxies as `kubectl rollout restart` does, and sees how far they are',
    implies: asTheWorkload,
  })),
  {
    ...{ file: 'synced-secret', scope: 'istiod', group: '', resource: 'secrets', verbs: ['get'] },
    names: ['cacerts'],
    why: 'whether the Secret holds the set that was written',
    implies: 'reads the private key of the intermediate',
  },
  {
    ...{ file: 'remote-secrets', scope: 'istiod', group: '', resource: 'secrets', verbs: ['list'] },
    why: 'the remote secrets of istiod (`istio/multiCluster=true`), of which only the address of the API server is looked at',
    implies:
      'reads every Secret there, for no rule can name what it lists: CA keys that are synced to `cacerts`, kubeconfigs of remote clusters',
    withheld: 'the plan warns (`REMOTE_SECRETS_UNREADABLE`), and such a cluster stays unseen',
  },
  {
    ...{ file: 'exec', scope: 'proxies', group: '', resource: 'pods/exec', verbs: ['get', 'create'] },
    why: 'the same `config_dump` where a port-forward fails: `pilot-agent request GET config_dump`',
    implies:
      'runs any command in any container there, and so reads every Secret that is mounted and uses the identity of every pod',
  },
];
