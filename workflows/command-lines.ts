import type { RotationProgress } from '../rotation/progress.ts';
import type { Reliance } from '../rotation/reliance.ts';
import { standingWords } from '../rotation/safety.ts';
import { namesOf, shortFingerprint } from '../rotation/names.ts';
import type { Standing } from '../rotation/standing.ts';
import { clipped } from './details-bounds.ts';
import { instant } from './instant.ts';

/** Above this many units only what is not safe is told of where each stands. */
const unfolded = 30;

/** As bullets what a person told the rotation, and where it has left its mesh; nothing where no command is in force. */
export function commandLines(
  { command, standing }: RotationProgress,
  reliance: Reliance,
  at: string,
): readonly string[] {
  if (command === undefined) return [];
  const why = command.reason === undefined ? '' : ` (${command.reason})`;
  return [
    clipped(`- ‖ told at ${instant(command.at, at)} to **${command.name}**${why}`),
    ...(standing === undefined ? [] : standLines(standing, reliance)),
  ];
}

function standLines(standing: Standing, { from, to }: Reliance): readonly string[] {
  const names = namesOf([...from, ...to]);
  const stands = standing.units.length > unfolded ? [] : standing.units;
  return [
    ...stands.map(({ unit, state, trusts, signsWith }) => {
      const signs = signsWith === undefined ? 'nothing that verifies' : shortFingerprint(signsWith);
      return `- ${unit} ${state ?? ''} trusts ${trusts.map(names.short).join(' ')}, signs with ${signs}`;
    }),
    ...standing.unseen.slice(0, unfolded).map((unit) => `- ${unit} could not be looked at`),
    `- ${standingWords(standing, { from, to }, (notAfter) => notAfter.slice(0, 10))}`,
  ];
}
