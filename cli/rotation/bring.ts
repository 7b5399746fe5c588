import pLimit from 'p-limit';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import type { MeshName, Rotations } from '../rotations.ts';
import type { Matched } from './match-signed.ts';
import { isUnanswered } from './unanswered.ts';

/** What became of what was brought for one request. */
export type Outcome =
  | { readonly unit: string; readonly files: readonly string[]; readonly fingerprint: string }
  | { readonly unit: string; readonly files: readonly string[]; readonly problem: Problem };

/** A server takes ten updates of one workflow at a time, and who is on call may have to tell it something else. */
const atATime = 5;

/**
 * Brings certificates some at a time, and tells of them in their order: what is wrong with one is no hindrance to the
 * others. What is wrong with the server, or with the rotation, is thrown once all that it was asked is known.
 */
export async function* bring(
  server: Pick<Rotations, 'submit'>,
  name: MeshName,
  brought: Matched['brought'],
): AsyncGenerator<Outcome> {
  const limit = pLimit({ concurrency: atATime, rejectOnClear: true });
  const bringing = brought.map((one) => limit(() => outcomeOf(server, name, one)));
  // Nothing more is asked of a server that is lost; what is under way comes before what is cleared.
  for (const one of bringing) one.catch(() => limit.clearQueue());
  const errors: unknown[] = [];
  for (const one of bringing) {
    try {
      yield await one;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function outcomeOf(
  server: Pick<Rotations, 'submit'>,
  name: MeshName,
  { unit, files, publicKey, chain, fingerprints }: Matched['brought'][number],
): Promise<Outcome> {
  const answer = await server.submit(name, { publicKey, chain });
  if (!(answer instanceof Problem))
    return fingerprints.includes(answer)
      ? { unit, files, fingerprint: answer }
      : { unit, files, problem: inFiles(another(unit, answer), files) };
  return { unit, files, problem: inFiles(isUnanswered(answer) ? silent(unit, answer) : answer, files) };
}

/** A rotation that keeps what it was brought first says which that is. */
function another(unit: string, fingerprint: string): Problem {
  return new Problem('CERTIFICATE_NOT_REQUESTED', {
    object: `the certificate for ${unit}`,
    expected: `${fingerprint}, which was taken for its key`,
    found: 'another',
  });
}

/** Whose it is, nobody has said yet. */
function silent(unit: string, cause: Problem): Problem {
  const details = { ...cause.details, object: `the certificate for ${unit}` };
  return new Problem(cause.code, details, { cause });
}

function inFiles(problem: Problem, files: readonly string[]): Problem {
  const details = { ...problem.details, object: `${problem.details.object}, in ${files.join(', ')}` };
  return problem instanceof Problems
    ? new Problems(problem.code, details, problem.parts)
    : new Problem(problem.code, details, { cause: problem });
}
