import type { ResolvedServer } from '../../worker/temporal-binary/resolve.ts';

/** Which Temporal was taken, from where and why, and what was tried before it. */
export function choiceLines(chosen: ResolvedServer): readonly string[] {
  const { source, reason, tried } = chosen;
  return [
    `Temporal: ${source}, ${'path' in chosen ? chosen.path : chosen.address} (${reason})`,
    ...tried.map((before) => `  tried before it: ${before.source} (${before.reason})`),
  ];
}
