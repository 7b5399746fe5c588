import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { seededRandom } from '../controllers/random.ts';
import type { SimVault } from '../key-vault/vault.ts';
import type { KubeObject, MountedFiles, ObjectStore, SimSettings, VolumeMounter } from '../world.ts';
import { removeStatus, syncSecret, tellRotationFailed, writeStatus } from './cluster-objects.ts';
import type { CsiFaults } from './faults.ts';
import { fetchObjects, type FetchedObject } from './fetch.ts';
import { MountedVolume } from './mounted-volume.ts';
import { readProviderClass } from './provider-class.ts';

export interface CsiOptions {
  readonly vaults: readonly SimVault[];
  /** The cluster's state; asked for at the first mount, since a cluster is made with its mounters. */
  readonly store: () => ObjectStore;
  readonly settings: Pick<SimSettings, 'csiPollInterval' | 'csiObjectDelay' | 'seed'>;
  /** Who asks the vaults: the add-on's user-assigned identity. */
  readonly caller?: string;
  readonly faults?: CsiFaults;
}

/** A poll comes up to this part of the interval early or late, so that pods do not move in step. */
const jitter = 0.1;

const volumeSource = z.object({
  csi: z.object({
    driver: z.literal('secrets-store.csi.k8s.io'),
    volumeAttributes: z.object({ secretProviderClass: z.string() }),
  }),
});

/**
 * The Secrets Store CSI driver with the Azure provider and auto-rotation: every pod's volume is synced for
 * itself, object by object. A sync that fails leaves the files as they are and is tried at the next poll; the
 * first one fails the mount.
 */
export function csiMounter(options: CsiOptions): VolumeMounter {
  return async (pod, volume) => {
    const { csi } = volumeSource.parse(volume);
    const mount = new Mount(options, pod, csi.volumeAttributes.secretProviderClass);
    await mount.first();
    return mount.volume;
  };
}

class Mount {
  readonly volume: MountedFiles;
  readonly #files: MountedVolume;
  readonly #end = new AbortController();
  readonly #options: CsiOptions;
  readonly #pod: KubeObject;
  readonly #className: string;

  constructor(options: CsiOptions, pod: KubeObject, className: string) {
    this.#options = options;
    this.#pod = pod;
    this.#className = className;
    this.#files = new MountedVolume(() => {
      this.#end.abort();
      removeStatus(options.store(), pod, className);
    });
    this.volume = this.#files;
  }

  /** Rejects in the words of kubelet's FailedMount event. */
  async first(): Promise<void> {
    try {
      if (this.#isStuck()) throw new Error('driver secrets-store.csi.k8s.io is not registered on this node');
      await this.#sync();
    } catch (error) {
      const { namespace = '', name } = this.#pod.metadata;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `rpc error: code = Unknown desc = failed to mount secrets store objects for pod ${namespace}/${name}, err: rpc error: code = Unknown desc = ${reason}`,
        { cause: error },
      );
    }
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const { csiPollInterval, seed } = this.#options.settings;
    const random = seededRandom(seed + hash(this.#pod.metadata.name));
    while (!this.#hasEnded()) {
      try {
        const wait = csiPollInterval * (1 + jitter * (2 * random() - 1));
        await delay(wait, undefined, { signal: this.#end.signal, ref: false });
        if (!this.#isStuck()) await this.#sync();
      } catch (error) {
        if (!this.#hasEnded()) this.#tellFailure(error);
      }
    }
  }

  async #sync(): Promise<void> {
    const { vaults, store, settings, caller = 'azurekeyvaultsecretsprovider' } = this.#options;
    const { namespace } = this.#pod.metadata;
    const object = store().get('secretproviderclasses', namespace, this.#className);
    if (object === undefined) {
      throw new Error(`secretproviderclasses.secrets-store.csi.x-k8s.io "${this.#className}" not found`);
    }
    const providerClass = readProviderClass(object);
    const objects = await fetchObjects({
      providerClass,
      caller,
      vaultOf: (name) => vaults.find((vault) => vault.name === name),
      objectDelay: settings.csiObjectDelay,
      signal: this.#end.signal,
    });
    // A pod that has gone in the meantime gets no status again.
    this.#end.signal.throwIfAborted();
    this.#publish(store(), providerClass.secrets, objects);
  }

  #publish(
    store: ObjectStore,
    secrets: ReturnType<typeof readProviderClass>['secrets'],
    objects: readonly FetchedObject[],
  ): void {
    this.#files.swap(objects);
    writeStatus(store, this.#pod, this.#className, objects);
    for (const secret of secrets) syncSecret(store, this.#pod.metadata.namespace, secret, objects);
  }

  /** As the driver does: an event on the pod; the next poll tries again. */
  #tellFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    tellRotationFailed(this.#options.store(), this.#pod, message);
  }

  #isStuck(): boolean {
    return this.#options.faults?.isStuck(this.#pod) ?? false;
  }

  #hasEnded(): boolean {
    return this.#end.signal.aborted;
  }
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
