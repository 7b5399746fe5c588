import { describe, expect, it } from 'vitest';
import { IssuedCas } from '../../workflows/issued-cas.ts';

describe('what a rotation waits for', () => {
  it('is complete once all of it was read, and not where it was told to look again while it read', () => {
    const cas = new IssuedCas();
    cas.reading();
    cas.wholeNow();
    expect(cas.isComplete).toBe(true);
    cas.lookAgain();
    cas.reading();
    cas.lookAgain();
    cas.wholeNow();
    expect(cas.isComplete).toBe(false);
    cas.reading();
    cas.wholeNow();
    expect(cas.isComplete).toBe(true);
  });
});
