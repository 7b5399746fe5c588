import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import type { MeshName, Rotations } from '../rotations.ts';
import type { Matched } from './match-signed.ts';
import { isUnanswered } from './unanswered.ts';

/** What became of what was brought for one request. */
export type Outcome =
  | { readonly unit: string; readonly files: readonly string[]; readonly fingerprint: string }
  | { readonly unit: string; readonly files: readonly string[]; readonly problem: Problem };

/** Brings certificates one by one: what is wrong with one is no hindrance to the others, what is wrong with the server is. */
export async function* bring(
  server: Pick<Rotations, 'submit'>,
  name: MeshName,
  brought: Matched['brought'],
): AsyncGenerator<Outcome> {
  for (const { unit, files, publicKey, chain, fingerprints } of brought) {
    try {
      const fingerprint = await server.submit(name, { publicKey, chain });
      yield fingerprints.includes(fingerprint)
        ? { unit, files, fingerprint }
        : { unit, files, problem: inFiles(another(unit, fingerprint), files) };
    } catch (error) {
      if (!(error instanceof Problem) || !ofCertificate(error)) throw error;
      yield { unit, files, problem: inFiles(isUnanswered(error) ? silent(unit, error) : error, files) };
    }
  }
}

function ofCertificate({ code }: Problem): boolean {
  return !code.startsWith('TEMPORAL_') && !ofRotation.has(code);
}

const ofRotation: ReadonlySet<string> = new Set(['WORKER_MISSING', 'ROTATION_UNKNOWN', 'COMMAND_REFUSED']);

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
