import type { TokenCredential } from '@azure/identity';
import { ContainerClient, RestError } from '@azure/storage-blob';
import type { VaultEmulator } from '../../fleet/fleet.ts';
import { readEmulatorFile } from '../key-vault/emulator-file.ts';
import { asBlobProblem, isThere } from './blob-problems.ts';
import type { EvidenceStore } from './store.ts';

/** Documents are small: an answer takes a second or two, and whoever calls tries again. */
const answerLimit = 30_000;

export interface BlobStoreOptions {
  /** `https://ACCOUNT.blob.core.windows.net/CONTAINER`; the container is there already. */
  readonly url: string;
  readonly credential: TokenCredential;
  readonly emulator?: VaultEmulator | undefined;
}

/** Evidence as block blobs of a container, by Azure's SDK. Sends nothing yet; reads an emulator's CA file. */
export async function blobStore({ url, credential, emulator }: BlobStoreOptions): Promise<EvidenceStore> {
  const options = {
    // The waits between attempts are Temporal's, by the Retry-After that the service gives.
    retryOptions: { maxTries: 1 },
    ...(emulator && { tlsOptions: { ca: await readEmulatorFile('caFile', emulator.caFile) } }),
  };
  const container = new ContainerClient(url, credential, options);
  const call = async <T>(work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await work(AbortSignal.timeout(answerLimit));
    } catch (error) {
      throw asBlobProblem(error, url);
    }
  };
  return {
    place: `container ${url}`,
    write: (name, text) =>
      call(async (abortSignal) => {
        const bytes = Buffer.from(text);
        try {
          await container.getBlockBlobClient(name).upload(bytes, bytes.length, {
            abortSignal,
            conditions: { ifNoneMatch: '*' },
            blobHTTPHeaders: { blobContentType: 'application/json' },
          });
        } catch (error) {
          if (!isThere(error)) throw error;
        }
      }),
    read: (name) =>
      call(async (abortSignal) => {
        try {
          const { readableStreamBody } = await container.getBlobClient(name).download(0, undefined, {
            abortSignal,
          });
          return await textOf(readableStreamBody);
        } catch (error) {
          if (error instanceof RestError && error.code === 'BlobNotFound') return undefined;
          throw error;
        }
      }),
    list: (prefix) =>
      call(async (abortSignal) => {
        const names: string[] = [];
        for await (const { name } of container.listBlobsFlat({ prefix, abortSignal })) names.push(name);
        return names.sort();
      }),
  };
}

async function textOf(stream: NodeJS.ReadableStream | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
