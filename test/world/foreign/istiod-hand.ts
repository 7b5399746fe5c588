import { deleteObject } from '../../../sim/controllers/deletion.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import type { FleetCluster } from '../../../sim/fleet.ts';
import type { Mend } from '../../../sim/scenarios/broken.ts';
import type { KubeObject, NewObject } from '../../../sim/world.ts';
import { z } from 'zod';
import type { Hand } from './hand.ts';

const withReplicas = z.looseObject({ spec: z.looseObject({ replicas: z.number() }) });

/** What stays as it is: nobody takes it back. */
const stays: Mend = () => undefined;

export function scaleUp({ cluster }: Hand): Mend {
  change(cluster, (istiod) => {
    const { spec } = withReplicas.parse(istiod);
    return { ...istiod, spec: { ...spec, replicas: spec.replicas + 1 } };
  });
  return stays;
}

/** To the next patch version: every replica is replaced. */
export function upgrade({ cluster }: Hand): Mend {
  const { version } = cluster.profile;
  change(cluster, (istiod) => edited(istiod, [[`pilot:v${version}`, `pilot:v${version}1`]]));
  return stays;
}

/** Another revision beside the first, which reads the same vault. */
export function addRevision({ cluster }: Hand): Mend {
  install(cluster, []);
  return stays;
}

/** Another revision that reads other secrets; the class of the volume is what tells. */
export function addRevisionOfOtherSource({ cluster }: Hand): Mend {
  for (const name of ['ca-cert', 'ca-key', 'cert-chain', 'root-cert']) {
    cluster.vault.store.set(`other-${name}`, cluster.vault.store.get(name).value);
  }
  return install(
    cluster,
    ['ca-cert', 'ca-key', 'cert-chain', 'root-cert'].map((name) => [
      `objectName: ${name}\\n`,
      `objectName: other-${name}\\n`,
    ]),
  );
}

/** Another revision whose istiods do not come up. */
export function addRevisionThatCrashes({ cluster }: Hand): Mend {
  const takeBack = cluster.mesh.istiodFaults.set({
    pods: (name) => name.startsWith(`istiod-${added}-`),
    crashes: true,
  });
  const remove = install(cluster, []);
  return async () => {
    takeBack();
    await remove();
  };
}

/** Into the Secret that the CSI driver keeps beside the volume. */
export function editCacerts({ cluster }: Hand): Mend {
  const data = { 'root-cert.pem': Buffer.from('edited by hand').toString('base64') };
  cluster.mesh.cluster.store.change('secrets', istioNamespace, 'cacerts', (secret) => ({ ...secret, data }));
  return stays;
}

const added = 'asm-1-31';

type Edits = readonly (readonly [from: string, to: string])[];

function install(cluster: FleetCluster, edits: Edits): Mend {
  const { store } = cluster.mesh.cluster;
  const { revision } = cluster.profile;
  const renamed: Edits = [[revision, added], ...edits];
  const made = [
    ['configmaps', `istio-${revision}`],
    ['serviceaccounts', `istiod-${revision}`],
    ['secretproviderclasses', `istio-spc-${revision}`],
    ['deployments', `istiod-${revision}`],
  ] as const;
  for (const [resource, name] of made) {
    const object = store.get(resource, istioNamespace, name);
    if (object === undefined) throw new Error(`expected ${resource} ${name}`);
    store.create(resource, copied(edited(object, renamed)));
  }
  return () => {
    for (const [resource, name] of made.toReversed()) {
      const object = store.get(resource, istioNamespace, name.replace(revision, added));
      if (object !== undefined) deleteObject(store, resource, object);
    }
  };
}

function change({ mesh, profile }: FleetCluster, how: (istiod: KubeObject) => KubeObject): void {
  mesh.cluster.store.change('deployments', istioNamespace, `istiod-${profile.revision}`, how);
}

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
});

function edited(of: KubeObject, edits: Edits): KubeObject {
  const text = edits.reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(of));
  return object.parse(JSON.parse(text));
}

function copied({ apiVersion, kind, metadata, spec, data }: KubeObject): NewObject {
  const { name, namespace = '', labels = {} } = metadata;
  const content = { ...(spec === undefined ? {} : { spec }), ...(data === undefined ? {} : { data }) };
  return { apiVersion, kind, metadata: { name, namespace, labels }, ...content };
}
