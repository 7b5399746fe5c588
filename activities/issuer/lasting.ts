import { nameOf } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { UnitCa } from '../new-ca/new-ca.ts';
import type { Lasting } from './contract.ts';

/** What the plan would be forbidden by later, told of whatever is issued as soon as it is there. */
const demands: readonly {
  readonly code: ProblemCode;
  readonly seconds: (lasts: Lasting) => number | undefined;
  readonly reason: string;
}[] = [
  { code: 'CERT_OUTLIVED_BY_LEAVES', seconds: ({ leaf }) => leaf, reason: 'as long as a leaf lives' },
  {
    code: 'EXPIRES_BEFORE_END',
    seconds: ({ rotation }) => rotation,
    reason: 'until when the rotation may last',
  },
];

/** Throws Problem CERT_OUTLIVED_BY_LEAVES or EXPIRES_BEFORE_END. */
export function demandLife(
  { chain }: Pick<UnitCa, 'chain'>,
  { object, lasts, at }: { readonly object: string; readonly lasts: Lasting; readonly at: Date },
): void {
  for (const { code, seconds, reason } of demands) {
    const until = new Date(at.getTime() + (seconds(lasts) ?? 0) * 1000);
    const short = chain.find(({ notAfter }) => notAfter < until);
    if (short === undefined) continue;
    throw new Problem(code, {
      object: `${object}: ${nameOf(short)}`,
      expected: `notAfter from ${until.toISOString()} on, ${reason}`,
      found: short.notAfter.toISOString(),
      hint: 'have the same request signed anew, to be valid for longer, below an issuer that is; with meshturn ca sign name another --out: it signs nothing twice into one folder',
    });
  }
}
