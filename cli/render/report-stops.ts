import type { EvidenceStop } from '../../activities/evidence/document.ts';
import { cell, utcNear } from './markdown.ts';

/** @param near an instant of the same report, whose day goes without saying */
export function stopLines(stops: readonly EvidenceStop[], near: string): readonly string[] {
  return stops.map(({ clusters, code, message, at, resumedAt }) => {
    const who = clusters.length === 0 ? 'the rotation' : clusters.join(', ');
    const on = resumedAt === undefined ? '' : `; went on ${utcNear(resumedAt, near)}`;
    return `- ${utcNear(at, near)} **stopped** ${who}: **${code}** ${cell(message)}${on}`;
  });
}
