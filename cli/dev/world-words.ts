import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import { isProblemCode, type ProblemCode } from '../../problems/registry.ts';

const report = z.object({
  code: z.custom<ProblemCode>((code) => typeof code === 'string' && isProblemCode(code)),
  object: z.string(),
  expected: z.string().exactOptional(),
  found: z.string().exactOptional(),
  hint: z.string(),
});
const word = z.union([z.object({ ready: z.literal(true), control: z.url() }), z.object({ problem: report })]);

/** What a world prints, a line of JSON each: that it is up, and by what problem it ends. */
export interface WorldWords {
  /** Where it takes orders once every cluster is up; undefined where it ends before. */
  readonly control: Promise<string | undefined>;
  /** Settles once it prints no more; undefined where it told of none. */
  readonly problem: Promise<Problem | undefined>;
}

export function wordsOf(stdout: Readable): WorldWords {
  const control = Promise.withResolvers<string | undefined>();
  const problem = (async () => {
    let told: Problem | undefined;
    for await (const line of createInterface({ input: stdout })) {
      const said = word.parse(JSON.parse(line));
      if ('control' in said) {
        control.resolve(said.control);
      } else {
        const { code, ...details } = said.problem;
        told = new Problem(code, details);
      }
    }
    control.resolve(undefined);
    return told;
  })();
  problem.catch(control.reject);
  return { control: control.promise, problem };
}
