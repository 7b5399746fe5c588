/**
 * Whether a run of characters looks like base64 of what nobody has written. Paths of files are as long as a line of a
 * key, but few of their letters are capitals, and letters of one kind stand together: of base64 two in five are capitals,
 * and three in five characters are followed by another kind. Of ten million lines of a key one or two have so little of
 * both that they pass for a path. The ids in a path say nothing of what it is: without this the names of documents of
 * evidence, which hold UUIDs, are hidden in one of some thousand rotations.
 */
export function isRandom(run: string): boolean {
  const capitals = run.replaceAll(/[^A-Z]/g, '').length;
  if (capitals >= run.length / 6 && /[a-z]/.test(run)) return true;
  const plain = run.replaceAll(ids, '').replaceAll(/[^A-Za-z0-9]/g, '');
  return (plain.match(kinds) ?? []).length > plain.length * 0.4;
}

/** Parts of UUIDs, of run ids and of rotation ids. */
const ids =
  /(?<![A-Za-z0-9+=])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,})(?![A-Za-z0-9+=])/g;

/** Characters of one kind that stand together. */
const kinds = /[A-Z]+|[a-z]+|[0-9]+/g;
