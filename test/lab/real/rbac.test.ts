import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { AuthorizationV1Api, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MeshWorld } from '../../../activities/mesh-world.ts';
import { rights, rightsFiles, type Right, type RightsFile, type Scope } from '../../../deploy/rights.ts';
import { objectsOf, ruleOf, type Rule } from '../../../deploy/roles.ts';
import { loadFleet } from '../../../fleet/load.ts';
import { findInstalled, type Installed } from '../../../lab/installed.ts';
import { Problem } from '../../../problems/problem.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { cases, isWatch, lacking, missing } from '../../deploy/cases.ts';
import { findIn, type Found } from '../../deploy/found.ts';
import { needs, type Need } from '../../deploy/needs.ts';
import { eventually } from '../../support/eventually.ts';
import { noneLeft } from '../processes-of.ts';
import { startLabProcess, type LabProcess } from './lab-process.ts';

const run = promisify(execFile);

/** Of the two clusters of the lab, that with the validator CronJob. */
const name = 'aks-neu-1';
const proxyNamespaces = ['payments', 'orders', 'telemetry', 'aks-istio-ingress'];
const place = { istioNamespace, proxyNamespaces };
const folder = join(import.meta.dirname, '../../../deploy/rbac');

let lab: LabProcess;
let installed: Installed;
let admin: KubeConfig;
/** Meshturn's own, as the fleet file has it. */
let login: KubeConfig;
let found: Found;

const kubectl = async (...words: string[]): Promise<string> => {
  const access = ['--kubeconfig', lab.kubeconfig, '--context', name];
  return (await run(installed('kubectl'), [...access, ...words])).stdout;
};

function configOf(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  config.setCurrentContext(name);
  return config;
}

beforeAll(async () => {
  installed = await findInstalled(userCacheFolder());
  lab = await startLabProcess(2);
  admin = configOf(lab.kubeconfig);
  login = configOf(join(lab.folder, 'kubeconfig'));
});
afterAll(async () => {
  lab.child.kill('SIGKILL');
  await noneLeft(lab.folder);
});

/** Takes every right back. */
async function removeRights(): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(admin);
  for (const kind of ['ClusterRoleBinding', 'RoleBinding', 'ClusterRole', 'Role']) {
    const { items } = await api.list('rbac.authorization.k8s.io/v1', kind);
    for (const { metadata: { name = '', namespace = '' } = {} } of items) {
      if (!name.startsWith('meshturn-')) continue;
      const metadata = { name, namespace };
      await api.delete({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata });
    }
  }
}

/** Leaves of all rights those of these files. */
async function apply(files: readonly RightsFile[]): Promise<void> {
  await removeRights();
  const api = KubernetesObjectApi.makeApiClient(admin);
  for (const object of files.flatMap((file) => objectsOf(file, place))) {
    if (object.apiVersion !== 'v1') await api.create({ ...object });
  }
}

/** Leaves the roles of a file so many rights less, and everything else as it is: only by these can anything be refused. */
async function lessen(file: RightsFile, of: typeof rights): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(admin);
  const left = objectsOf(file, place, of);
  for (const role of objectsOf(file, place).filter(isRole)) {
    const less = left.find(({ kind, metadata }) =>
      isDeepStrictEqual([kind, metadata], [role.kind, role.metadata]),
    );
    await (less === undefined ? api.delete({ ...role }) : api.replace({ ...less }));
  }
}

function isRole({ kind }: { readonly kind: string }): boolean {
  return kind === 'Role' || kind === 'ClusterRole';
}

/** All that Meshturn may do in a namespace, as the API server says, a line a rule. */
async function mayDo(namespace: string): Promise<readonly string[]> {
  const api = login.makeApiClient(AuthorizationV1Api);
  const { status } = await api.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  const everybody = /^(auth(entication|orization)\.k8s\.io\/selfsubject\w+,?)+ create$/;
  const lines = (status?.resourceRules ?? []).map(
    ({ apiGroups = [], resources = [], resourceNames, verbs }) =>
      lineOf({ apiGroups, resources, verbs, ...(resourceNames === undefined ? {} : { resourceNames }) }),
  );
  return [...new Set(lines)].filter((line) => !everybody.test(line)).sort();
}

function lineOf({ apiGroups, resources, resourceNames = [], verbs }: Rule): string {
  const what = resources.map((resource) => `${apiGroups.join()}/${resource}`).join();
  return `${what} ${[...resourceNames, ...verbs].join(' ')}`;
}

function meantIn(...scopes: readonly Scope[]): readonly string[] {
  const own = rights.filter(({ scope }) => scopes.includes(scope));
  return [...new Set(own.map((right: Right) => lineOf(ruleOf(right))))].sort();
}

describe('deploy/rbac, on a real API server', () => {
  it('is applied by kubectl as it is, and allows what its table has, and nothing else', async () => {
    await removeRights();
    await eventually(async () => expect(await mayDo(istioNamespace)).toEqual([]));
    const told = await kubectl('apply', '--validate=strict', '-f', folder);
    expect(told).toContain('clusterrole.rbac.authorization.k8s.io/meshturn-cluster created');
    await eventually(async () => {
      expect(await mayDo(istioNamespace)).toEqual(meantIn('cluster', 'proxies', 'istiod'));
      expect(await mayDo('kube-system')).toEqual(meantIn('cluster', 'proxies', 'kube-system'));
      expect(await mayDo('payments')).toEqual(meantIn('cluster', 'proxies'));
    });
  });

  it('allows nothing in a namespace without proxies where it is bound in those with', async () => {
    await apply(rightsFiles.map((file) => file.name));
    await eventually(async () => {
      expect(await mayDo('default')).toEqual(meantIn('cluster'));
      expect(await mayDo('payments')).toEqual(meantIn('cluster', 'proxies'));
    });
  });
});

/** What the API server refused; undefined where it let the request through, to whatever end. */
async function refusalOf(need: Need | undefined): Promise<Problem | undefined> {
  try {
    await need?.by(found);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return ['CLUSTER_FORBIDDEN', 'PROBE_SERVICE_ACCOUNT'].includes(error.code) ? error : undefined;
  }
  return undefined;
}

describe('a right, on a real API server', () => {
  beforeAll(async () => {
    await apply(rightsFiles.map((file) => file.name));
    const world = new MeshWorld({ fleets: [await loadFleet(join(lab.folder, 'fleet.yaml'))] });
    found = await eventually(() => findIn(world, { fleet: 'lab', mesh: 'payments', cluster: name }));
  });

  it.each(cases.filter((one) => !isWatch(one)))('is missed by its rule: $key', async (one) => {
    const need = needs[one.key];
    const files = [...new Set<RightsFile>(['cluster', 'istiod', ...(need?.with ?? []), one.right.file])];
    await apply(files);
    await eventually(async () => expect(await refusalOf(need)).toBeUndefined());
    await lessen(one.right.file, lacking(rights, one));
    // An authorizer hears of changed roles a moment later.
    const missed = await eventually(async () => {
      const refused = await refusalOf(need);
      expect(refused).toMatchObject(missing(one));
      return refused;
    });
    const subresource = one.right.resource.split('/')[1] ?? '';
    const untold = ['portforward', 'exec', 'log'].includes(subresource);
    expect(missed?.details.found).toMatch(
      untold
        ? /^HTTP 403$/
        : /^\S+ (".*" )?is forbidden: User "system:serviceaccount:meshturn:meshturn" cannot \w+ resource /,
    );
  });
});
