/** An answer of Blob storage that is not 2xx: as it words them, in XML and in a header. */
export class BlobRefusal extends Error {
  override readonly name = 'BlobRefusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  body(): string {
    return `${declaration}<Error><Code>${this.code}</Code><Message>${escaped(this.message)}</Message></Error>`;
  }
}

const declaration = '<?xml version="1.0" encoding="utf-8"?>';

export interface ListedBlob {
  readonly name: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

/** The answer to List Blobs; `next` is the marker of the page after it. */
export function listing(o: {
  readonly url: string;
  readonly container: string;
  readonly prefix: string;
  readonly blobs: readonly ListedBlob[];
  readonly next: string;
}): string {
  const blobs = o.blobs.map(
    ({ name, size, etag, modified }) =>
      `<Blob><Name>${escaped(name)}</Name><Properties><Last-Modified>${modified.toUTCString()}</Last-Modified><Etag>${escaped(etag)}</Etag><Content-Length>${size}</Content-Length><Content-Type>application/json</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob>`,
  );
  return `${declaration}<EnumerationResults ServiceEndpoint="${escaped(o.url)}" ContainerName="${escaped(o.container)}"><Prefix>${escaped(o.prefix)}</Prefix><Blobs>${blobs.join('')}</Blobs><NextMarker>${escaped(o.next)}</NextMarker></EnumerationResults>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
