import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import { redacted } from '../redact.ts';
import { evidenceDocument, type EvidenceDocument, type EvidenceReference } from './document.ts';
import type { EvidenceStore } from './store.ts';

/** Documents that are read side by side. */
const together = 16;

export type KeptDocument = EvidenceReference & { readonly document: EvidenceDocument };

/** Documents of evidence in a store. */
export class EvidenceBook {
  readonly #store: EvidenceStore;

  constructor(store: EvidenceStore) {
    this.#store = store;
  }

  get place(): string {
    return this.#store.place;
  }

  /** Resolves with the reference to what is kept under the name, which is read back: what was there first, stays. */
  async put(name: string, document: EvidenceDocument): Promise<EvidenceReference> {
    await this.#store.write(name, `${JSON.stringify(redacted(document), undefined, 2)}\n`);
    const kept = await this.#store.read(name);
    if (kept !== undefined) return { name, sha256: sha256(kept) };
    throw new Problem('EVIDENCE_STORE_UNUSABLE', {
      object: this.place,
      expected: `${name}, which was just written`,
      found: 'nothing',
    });
  }

  /** Every document whose name begins with `prefix`, by name. Throws EVIDENCE_INVALID. */
  async documents(prefix: string): Promise<readonly KeptDocument[]> {
    const names = (await this.#store.list(prefix)).filter((name) => name.endsWith('.json'));
    const limit = pLimit(together);
    const read = await Promise.all(names.map((name) => limit(() => this.read(name))));
    return read.filter((kept) => kept !== undefined);
  }

  /** Undefined where there is none. Throws EVIDENCE_INVALID. */
  async read(name: string): Promise<KeptDocument | undefined> {
    const text = await this.#store.read(name);
    if (text === undefined) return undefined;
    return { name, sha256: sha256(text), document: this.#parsed(name, text) };
  }

  #parsed(name: string, text: string): EvidenceDocument {
    const parsed = json.pipe(evidenceDocument).safeParse(text);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Problem('EVIDENCE_INVALID', {
      object: `${name} in ${this.place}`,
      ...(issue === undefined ? {} : { found: [...issue.path.map(String), issue.message].join(': ') }),
    });
  }
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
