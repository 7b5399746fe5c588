import { closest, distance } from 'fastest-levenshtein';

/** The known word that was likely meant; undefined where none is near. Case is not looked at. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const likely = closest(
    lower,
    known.map((word) => word.toLowerCase()),
  );
  const word = known.find((one) => one.toLowerCase() === likely);
  return distance(lower, likely) <= Math.max(2, written.length / 3) ? word : undefined;
}
