import { Problem } from '../problems/problem.ts';
import { certificateBlocks, parseBlock, type Certificate } from './certificate.ts';

/**
 * Reads every CERTIFICATE block of a PEM text in its order, duplicates kept; text around the blocks is passed
 * over. An empty text is an empty bundle. Throws Problem BAD_CERTIFICATE where a block cannot be parsed, or
 * where there is text but no block.
 */
export function parseBundle(pem: string, object: string): readonly Certificate[] {
  const blocks = certificateBlocks(pem, object);
  if (blocks.length === 0 && pem.trim() !== '') {
    throw new Problem('BAD_CERTIFICATE', {
      object,
      expected: 'PEM blocks CERTIFICATE',
      found: 'text without any',
    });
  }
  return blocks.map((text, index) => parseBlock(text, `certificate ${index + 1} of ${object}`));
}

/**
 * A bundle of the exact bytes of each certificate, in the order given. Nothing is re-encoded: istiod up to
 * 1.29 compares bundles byte by byte (security/pkg/pki/util, bytes.Contains).
 */
export function composeBundle(certificates: readonly Certificate[]): string {
  return certificates.map(({ pem }) => pem).join('');
}

/** Whether the bytes of one contain the other's as a whole: what istiod up to 1.29 asks of a new bundle. */
export function oneContainsOther(a: string, b: string): boolean {
  return a.includes(b) || b.includes(a);
}
