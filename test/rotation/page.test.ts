import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageFrom } from '../../rotation/page.ts';

describe('a page', () => {
  it('is as full as it may be, and all pages together are the whole, each item once', () => {
    const items = fc.array(fc.string({ maxLength: 40, unit: 'binary' }));
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 200 }), (all, bytes) => {
        const pages: (readonly string[])[] = [];
        for (let from = 0; from < all.length; from += pages.at(-1)?.length ?? 0) {
          pages.push(pageFrom(all, from, bytes));
        }
        expect(pages.flat()).toEqual(all);
        for (const page of pages.filter(({ length }) => length !== 1)) {
          expect(Buffer.byteLength(JSON.stringify(page)) - 1).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });

  it('holds one item that is larger than a page', () => {
    expect(pageFrom(['x'.repeat(100), 'y'], 0, 10)).toEqual(['x'.repeat(100)]);
  });
});
