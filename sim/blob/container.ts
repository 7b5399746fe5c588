import { createHash } from 'node:crypto';
import { BlobRefusal, type ListedBlob } from './wire.ts';

interface Blob extends ListedBlob {
  readonly bytes: Buffer;
}

/** A page of a list, when nobody asks for less; Azure's has 5,000. */
const mostListed = 5000;

/** Block blobs by name. Every method throws BlobRefusal. */
export class BlobContainer {
  readonly #blobs = new Map<string, Blob>();

  /** Put Blob with `If-None-Match: *` where `onlyNew`. */
  put(name: string, bytes: Buffer, onlyNew: boolean): Blob {
    if (onlyNew && this.#blobs.has(name)) {
      throw new BlobRefusal(409, 'BlobAlreadyExists', 'The specified blob already exists.');
    }
    const etag = `"0x${createHash('sha256').update(bytes).digest('hex').slice(0, 15).toUpperCase()}"`;
    const blob = { name, bytes, size: bytes.length, etag, modified: new Date() };
    this.#blobs.set(name, blob);
    return blob;
  }

  get(name: string): Blob {
    const blob = this.#blobs.get(name);
    if (blob === undefined) throw new BlobRefusal(404, 'BlobNotFound', 'The specified blob does not exist.');
    return blob;
  }

  /** In the order of names, from the marker on. */
  list(
    prefix: string,
    { marker, most = mostListed }: { readonly marker: string; readonly most?: number | undefined },
  ): { readonly blobs: readonly Blob[]; readonly next: string } {
    const all = [...this.#blobs.values()]
      .filter(({ name }) => name.startsWith(prefix) && name >= marker)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { blobs: all.slice(0, most), next: all[most]?.name ?? '' };
  }
}
