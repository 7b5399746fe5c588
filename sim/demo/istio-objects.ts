import type { NewObject, NewObjects } from '../world.ts';
import type { ClusterProfile } from './profiles.ts';

export const istioNamespace = 'aks-istio-system';

/** Files that istiod reads, by the names of the vault's secrets. */
const files = {
  'root-cert': 'root-cert.pem',
  'ca-cert': 'ca-cert.pem',
  'ca-key': 'ca-key.pem',
  'cert-chain': 'cert-chain.pem',
};

/** The Istio add-on of AKS with plug-in CA, and the Secrets Store CSI driver it reads the vault by. */
export function addIstio(store: NewObjects, profile: ClusterProfile, trustDomain: string): void {
  const { revision, validator } = profile;
  const named = { name: `istio-${revision}`, namespace: istioNamespace };
  store.create('configmaps', {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: named },
    data: { mesh: `trustDomain: ${trustDomain}\nrootNamespace: ${istioNamespace}\n` },
  });
  store.create('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: `istiod-${revision}`, namespace: istioNamespace },
  });
  store.create('secretproviderclasses', providerClass(profile));
  store.create('mutatingwebhookconfigurations', injector(revision));
  store.create('daemonsets', csiDriver(profile));
  store.create('deployments', istiod(profile));
  if (validator) store.create('cronjobs', cronJob(revision));
}

function providerClass({ vault, revision }: ClusterProfile): NewObject {
  const entries = Object.entries(files).map(
    ([name, alias]) =>
      `  - |\n    objectName: ${name}\n    objectType: secret\n    objectAlias: "${alias}"\n`,
  );
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: `istio-spc-${revision}`, namespace: istioNamespace },
    spec: {
      provider: 'azure',
      parameters: {
        ...{ keyvaultName: vault, cloudName: '', tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47' },
        ...{ useVMManagedIdentity: 'true', objects: `array:\n${entries.join('')}` },
      },
      secretObjects: [
        {
          ...{ secretName: 'cacerts', type: 'Opaque' },
          data: Object.values(files).map((file) => ({ key: file, objectName: file })),
        },
      ],
    },
  };
}

function istiod({ revision, version, multiRoot, logAsJson }: ClusterProfile): NewObject {
  const labels = { app: 'istiod', 'istio.io/rev': revision };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `istiod-${revision}`, namespace: istioNamespace, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: `istiod-${revision}`,
          containers: [
            {
              name: 'discovery',
              image: `mcr.microsoft.com/oss/v2/istio/pilot:v${version}`,
              args: ['discovery', '--monitoringAddr=:15014', ...(logAsJson ? ['--log_as_json'] : [])],
              env: [
                { name: 'REVISION', value: revision },
                ...(multiRoot ? [{ name: 'ISTIO_MULTIROOT_MESH', value: 'true' }] : []),
              ],
              ports: [{ containerPort: 15012 }, { containerPort: 15014 }, { containerPort: 15017 }],
              volumeMounts: [{ name: 'cacerts', mountPath: '/etc/cacerts', readOnly: true }],
            },
          ],
          volumes: [
            {
              name: 'cacerts',
              csi: {
                ...{ driver: 'secrets-store.csi.k8s.io', readOnly: true },
                volumeAttributes: { secretProviderClass: `istio-spc-${revision}` },
              },
            },
          ],
        },
      },
    },
  };
}

function injector(revision: string): NewObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: `istio-sidecar-injector-${revision}`,
      labels: { app: 'sidecar-injector', 'istio.io/rev': revision },
    },
    webhooks: ['rev.namespace', 'rev.object'].map((name) => ({
      name: `${name}.sidecar-injector.istio.io`,
      clientConfig: {
        service: { name: `istiod-${revision}`, namespace: istioNamespace, path: '/inject', port: 443 },
        caBundle: '',
      },
      ...{ sideEffects: 'None', admissionReviewVersions: ['v1'] },
    })),
  };
}

function csiDriver({ settings }: ClusterProfile): NewObject {
  const labels = { app: 'secrets-store-csi-driver' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'aks-secrets-store-csi-driver', namespace: 'kube-system', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'secrets-store',
              image: 'mcr.microsoft.com/oss/v2/kubernetes-csi/secrets-store/driver:v1.5.4',
              args: [
                '--enable-secret-rotation=true',
                `--rotation-poll-interval=${settings.csiPollInterval}ms`,
              ],
            },
          ],
        },
      },
    },
  };
}

function cronJob(revision: string): NewObject {
  const env = [{ name: 'ISTIOD_DEPLOYMENT', value: `istiod-${revision}` }];
  const image = 'mcr.microsoft.com/oss/kubernetes/kubectl:v1.28.4';
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `istio-cert-validator-cronjob-${revision}`, namespace: istioNamespace },
    spec: {
      ...{ schedule: '*/10 * * * *', concurrencyPolicy: 'Forbid' },
      jobTemplate: {
        spec: {
          template: {
            metadata: { labels: { app: 'istio-cert-validator' } },
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'istio-cert-validator', image, env }],
            },
          },
        },
      },
    },
  };
}
