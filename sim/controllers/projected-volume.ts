import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { FileSet, type Files } from './file-set.ts';
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
  return withTokens(context, files, tokens, (token) => mint(context, pod, token));
}

type TokenSource = z.infer<typeof tokenSource>;

/** The objects' files, and the tokens beside them. */
function withTokens(
  { timers }: VolumeContext,
  objects: FileSet,
  sources: readonly TokenSource[],
  mintOne: (source: TokenSource) => string,
): FileSet {
  const mintAll = (): Files => Object.fromEntries(sources.map((source) => [source.path, mintOne(source)]));
  const life = Math.min(...sources.map(({ expirationSeconds }) => expirationSeconds)) * 1000;
  let tokens = mintAll();
  const files = new FileSet({ ...objects.files, ...tokens });
  const renew = (): void => {
    tokens = mintAll();
    files.swap({ ...objects.files, ...tokens });
  };
  objects.onChange(() => files.swap({ ...objects.files, ...tokens }));
  files.onClose(timers.every(life * 0.8, renew));
  files.onClose(() => objects.close());
  return files;
}

function mint({ tokens }: VolumeContext, pod: KubeObject, source: TokenSource): string {
  const { name, uid, namespace = '' } = pod.metadata;
  const { audience, expirationSeconds } = source;
  return tokens.mint({
    ...{ namespace, expirationSeconds, pod: { name, uid } },
    serviceAccount: podView.parse(pod).spec.serviceAccountName,
    ...(audience === undefined ? {} : { audiences: [audience] }),
  }).token;
}
