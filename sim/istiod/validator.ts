import { z } from 'zod';
import { ProgramLog } from '../program-log.ts';
import { notListening } from '../refusals.ts';
import type { KubeObject, ObjectStore, Program } from '../world.ts';
import { configMapName, rootIn } from './root-config-maps.ts';

const podShape = z.looseObject({
  spec: z.looseObject({
    containers: z.tuple([
      z.looseObject({ env: z.array(z.looseObject({ name: z.string(), value: z.string() })) }),
    ]),
  }),
});

const deploymentShape = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
    }),
  }),
});

const secretShape = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });

/**
 * The CronJob of older AKS add-ons: where the synced Secret `cacerts` has another root than the ConfigMap in
 * istiod's namespace, it restarts istiod. The texts are those of Microsoft's article on plug-in CA certificates.
 */
export class Validator implements Program {
  readonly log = new ProgramLog();
  readonly ready = Promise.resolve();
  readonly finished: Promise<number>;

  constructor(store: ObjectStore, pod: KubeObject) {
    this.finished = Promise.resolve(this.#check(store, pod));
  }

  exec(): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    return Promise.resolve({ stdout: '', stderr: 'executable file not found in $PATH\n', exitCode: 127 });
  }

  loopbackPort(port: number): Promise<never> {
    return Promise.reject(notListening(port));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #check(store: ObjectStore, pod: KubeObject): number {
    const { namespace } = pod.metadata;
    const [{ env }] = podShape.parse(pod).spec.containers;
    const deployment = env.find(({ name }) => name === 'ISTIOD_DEPLOYMENT')?.value ?? 'istiod';
    const secret = store.get('secrets', namespace, 'cacerts');
    const configMap = store.get('configmaps', namespace, configMapName);
    const wanted = secret && secretShape.parse(secret).data['root-cert.pem'];
    const used = configMap && rootIn(configMap);
    if (wanted === undefined || used === undefined) {
      this.log.print(
        `Error from server (NotFound): ${wanted === undefined ? 'secrets "cacerts"' : `configmaps "${configMapName}"`} not found`,
      );
      return 1;
    }
    if (Buffer.from(wanted, 'base64').toString() === used) {
      this.log.print('Root certificate update not detected.');
      return 0;
    }
    this.log.print('Root certificate update detected. Restarting deployment...');
    store.change('deployments', namespace, deployment, restarted);
    this.log.print(`deployment.apps/${deployment} restarted`);
    this.log.print(`Deployment ${deployment} restarted.`);
    return 0;
  }
}

/** As `kubectl rollout restart` changes it. */
export function restarted(deployment: KubeObject): KubeObject {
  const { spec } = deploymentShape.parse(deployment);
  const { template } = spec;
  const annotations = {
    ...template.metadata.annotations,
    'kubectl.kubernetes.io/restartedAt': new Date().toISOString(),
  };
  const metadata = { ...template.metadata, annotations };
  return { ...deployment, spec: { ...spec, template: { ...template, metadata } } };
}
