import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { FileSet, type Files } from './file-set.ts';
import { warn } from './events.ts';
import { followSources, type FileSource } from './source-volume.ts';
import { podView } from './views.ts';
import type { VolumeContext } from './volumes.ts';

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const object = z.looseObject({ name: z.string(), items, optional: z.boolean().optional() });
const tokenSource = z.object({
  path: z.string(),
  audience: z.string().optional(),
  expirationSeconds: z.number().default(3600),
});
const projected = z.looseObject({
  sources: z
    .array(
      z.looseObject({
        serviceAccountToken: tokenSource.optional(),
        configMap: object.optional(),
        secret: object.optional(),
      }),
    )
    .default([]),
});

/** Tokens, ConfigMaps and Secrets in one folder; a token is minted anew when 80 % of its life is over. */
export async function projectedVolume(
  context: VolumeContext,
  pod: KubeObject,
  source: unknown,
): Promise<FileSet> {
  const { sources } = projected.parse(source);
  const objects = sources.flatMap(({ configMap, secret }): FileSource[] => [
    ...(configMap ? [{ ...configMap, resource: 'configmaps' as const }] : []),
    ...(secret ? [{ ...secret, resource: 'secrets' as const }] : []),
  ]);
  const tokens = sources.flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []);
  const files = await followSources(context, pod, objects);
  if (tokens.length === 0) return files;
  try {
    return await withTokens(context, pod, files, tokens);
  } catch (error) {
    files.close();
    throw error;
  }
}

type TokenSource = z.infer<typeof tokenSource>;

/** The objects' files, and the tokens beside them; one that cannot be renewed stays, and is asked for again. */
async function withTokens(
  context: VolumeContext,
  pod: KubeObject,
  objects: FileSet,
  sources: readonly TokenSource[],
): Promise<FileSet> {
  const { store, timers } = context;
  const mintAll = async (): Promise<Files> =>
    Object.fromEntries(
      await Promise.all(
        sources.map(async (source) => [source.path, await mint(context, pod, source)] as const),
      ),
    );
  const life = Math.min(...sources.map(({ expirationSeconds }) => expirationSeconds)) * 1000;
  let tokens = await mintAll();
  const files = new FileSet({ ...objects.files, ...tokens });
  const renew = async (): Promise<void> => {
    try {
      tokens = await mintAll();
      files.swap({ ...objects.files, ...tokens });
      renewAfter(life * 0.8);
    } catch (error) {
      warn(store, pod, 'FailedMount', error instanceof Error ? error.message : String(error));
      renewAfter(life * 0.05);
    }
  };
  let cancel = (): void => undefined;
  const renewAfter = (milliseconds: number): void => {
    cancel = timers.after(milliseconds, () => void renew());
  };
  renewAfter(life * 0.8);
  objects.onChange(() => files.swap({ ...objects.files, ...tokens }));
  files.onClose(() => cancel());
  files.onClose(() => objects.close());
  return files;
}

async function mint({ tokens }: VolumeContext, pod: KubeObject, source: TokenSource): Promise<string> {
  const { name, uid, namespace = '' } = pod.metadata;
  const { audience, expirationSeconds } = source;
  const { token } = await tokens.mint({
    ...{ namespace, expirationSeconds, pod: { name, uid } },
    serviceAccount: podView.parse(pod).spec.serviceAccountName,
    ...(audience === undefined ? {} : { audiences: [audience] }),
  });
  return token;
}
