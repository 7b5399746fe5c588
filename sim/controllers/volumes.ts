import { z } from 'zod';
import type {
  KubeObject,
  MountedFiles,
  ObjectStore,
  SimSettings,
  Tokens,
  VolumeMounter,
  Volumes,
} from '../world.ts';
import { FileSet } from './file-set.ts';
import { projectedVolume } from './projected-volume.ts';
import { sourceVolume } from './source-volume.ts';
import type { Timers } from './timers.ts';
import { podView } from './views.ts';

/** What kubelet's own volumes are made from. */
export interface VolumeContext {
  readonly store: ObjectStore;
  readonly tokens: Tokens;
  readonly settings: SimSettings;
  readonly timers: Timers;
  readonly random: () => number;
}

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const configMap = z.looseObject({ name: z.string(), items, optional: z.boolean().optional() });
const secret = z.looseObject({ secretName: z.string(), items, optional: z.boolean().optional() });

/** The volumes that kubelet makes without a driver, by the name of their source field. */
function ownMounters(context: VolumeContext): Readonly<Record<string, VolumeMounter>> {
  return {
    configMap: (pod, volume) =>
      sourceVolume(context, pod, { ...configMap.parse(volume['configMap']), resource: 'configmaps' }),
    secret: (pod, volume) => {
      const { secretName, ...source } = secret.parse(volume['secret']);
      return sourceVolume(context, pod, { ...source, name: secretName, resource: 'secrets' });
    },
    projected: (pod, volume) => projectedVolume(context, pod, volume['projected']),
    emptyDir: empty,
    downwardAPI: empty,
    hostPath: empty,
  };
}

function empty(): Promise<MountedFiles> {
  return Promise.resolve(new FileSet());
}

/** Mounts all volumes of a pod; rejects, with nothing left open, where one of them cannot be mounted. */
export async function mountVolumes(
  context: VolumeContext,
  drivers: Readonly<Record<string, VolumeMounter>>,
  pod: KubeObject,
): Promise<Volumes> {
  const mounters = { ...ownMounters(context), ...drivers };
  const wanted = podView.parse(pod).spec.volumes;
  const mounted = await Promise.allSettled(
    wanted.map(async (volume) => {
      const source = Object.keys(volume).find((field) => Object.hasOwn(mounters, field));
      const mounter = source === undefined ? undefined : mounters[source];
      if (mounter === undefined) throw new Error(`no volume plugin matched volume "${volume.name}"`);
      return [volume.name, await mounter(pod, volume)] as const;
    }),
  );
  const done = mounted.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = mounted.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    for (const [, files] of done) files.close?.();
    throw failed.reason;
  }
  return Object.fromEntries(done);
}
