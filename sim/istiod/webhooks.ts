import { z } from 'zod';
import { queueDelay } from './queue-delay.ts';
import type { ObjectStore } from '../world.ts';

const configuration = z.looseObject({
  webhooks: z.array(z.looseObject({ clientConfig: z.looseObject({ caBundle: z.string().default('') }) })),
});

/**
 * Keeps the caBundle of the revision's injector webhook equal to this istiod's roots. Every replica does so,
 * without a leader: replicas that disagree fight.
 */
export function keepWebhookBundle(o: {
  readonly store: ObjectStore;
  readonly revision: string;
  readonly rootPem: () => string;
}): { readonly patch: () => void; readonly stop: () => void } {
  const { store, revision, rootPem } = o;
  const resource = 'mutatingwebhookconfigurations';
  const name = `istio-sidecar-injector${revision === 'default' ? '' : `-${revision}`}`;
  let queued: NodeJS.Timeout | undefined;
  const patch = (): void => {
    queued = undefined;
    const caBundle = Buffer.from(rootPem()).toString('base64');
    const found = store.get(resource, undefined, name);
    if (found === undefined) return;
    const { webhooks } = configuration.parse(found);
    if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return;
    store.change(resource, undefined, name, (old) => ({
      ...old,
      webhooks: configuration
        .parse(old)
        .webhooks.map((hook) => ({ ...hook, clientConfig: { ...hook.clientConfig, caBundle } })),
    }));
  };
  const stopWatch = store.watch(resource, ({ object }) => {
    if (object.metadata.name === name) queued ??= setTimeout(patch, queueDelay);
  });
  patch();
  return {
    patch,
    stop: () => {
      stopWatch();
      clearTimeout(queued);
    },
  };
}
