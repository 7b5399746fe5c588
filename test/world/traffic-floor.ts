import { expect } from 'vitest';
import type { RotationProgress } from '../../rotation/progress.ts';

/** Handshakes were made all the time that the rotation ran: a busy machine makes fewer, but half of them at least. */
export function demandTraffic(
  handshakes: { readonly attempted: number; readonly perSecond: number },
  { startedAt, endedAt }: Pick<RotationProgress, 'startedAt' | 'endedAt'>,
): void {
  const seconds = (Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 1000;
  expect(handshakes.attempted).toBeGreaterThan((handshakes.perSecond * seconds) / 2);
}
