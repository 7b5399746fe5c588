import type { Stopped } from '../rotation/progress.ts';
import type { Reliance } from '../rotation/reliance.ts';
import { footingWords, type Safety, safetyWords } from '../rotation/safety.ts';
import type { RotationKind } from '../rotation/wanted.ts';
import { clipped } from './details-bounds.ts';
import { oneLine } from './one-line.ts';

/** Of what an error says, so much: the evidence and the command line have all of it. */
const mostWords = 500;

/** Whom a stop is told of, and by what. */
interface Told {
  /** `aks-eus-1 stopped in activate` */
  readonly what: string;
  readonly cluster?: string;
  readonly kind: RotationKind;
  readonly reliance: Reliance | undefined;
}

/** A stop as bullets: what stopped and what was seen, what the cluster trusts and signs with, and what to do. */
export function stopLines(
  { code, message, hint, footing }: Stopped,
  { what, cluster, kind, reliance }: Told,
): readonly string[] {
  const stands =
    footing === undefined || reliance === undefined || cluster === undefined
      ? []
      : [`- ${cluster} ${footingWords({ footing, code }, kind, reliance)}.`];
  return [
    `- ■ **${what}**: ${told(message)} **${code}**`,
    ...stands,
    `- hint: ${verbatim(told(hint))}`,
    `- then: More Actions, Send an Update, \`retry\` with \`${JSON.stringify(cluster === undefined ? {} : { cluster })}\``,
  ];
}

/** Whether the mesh is safe, and until which day. */
export function safetyLine(safety: Safety, reliance: Reliance): string {
  return `- ${safetyWords(safety, reliance, (instant) => instant.slice(0, 10))}`;
}

/** The Temporal UI makes one dash of two, so that no flag could be copied, unless it is code. */
function verbatim(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

function told(text: string): string {
  return clipped(oneLine(text), mostWords);
}
