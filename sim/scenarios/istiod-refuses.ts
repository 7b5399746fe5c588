import type { ProblemCode } from '../../problems/registry.ts';
import type { refusals } from '../istiod/faults.ts';
import { breakUntilRestart } from './istiod.ts';
import type { Scenario } from './scenario.ts';

interface Row extends Pick<Scenario, 'name' | 'title' | 'rotation'> {
  readonly refuses: keyof typeof refusals;
  readonly code: ProblemCode;
}

/** Each refusal that istiod 1.30.3 prints; what it prints is in sim/istiod/faults.ts. */
const rows: readonly Row[] = [
  {
    ...{ name: 'istiod-refuses-multiroot', refuses: 'multiRootDisabled', rotation: 'root' },
    title: 'istiod refuses the bundle, for it was started without multi-root',
    code: 'ISTIOD_MULTIROOT_OFF',
  },
  {
    ...{ name: 'istiod-refuses-root', refuses: 'rootReplaced', rotation: 'root' },
    title: 'istiod refuses the bundle as one that replaces its roots',
    code: 'ISTIOD_REFUSED_ROOT',
  },
  {
    ...{ name: 'istiod-refuses-key', refuses: 'keyMismatch', rotation: 'intermediate' },
    title: 'istiod refuses the set, for its key is not that of its certificate',
    code: 'ISTIOD_REFUSED_KEY',
  },
  {
    ...{ name: 'istiod-refuses-chain', refuses: 'chainDoesNotVerify', rotation: 'intermediate' },
    title: 'istiod refuses the set, for its chain does not verify',
    code: 'ISTIOD_REFUSED_CHAIN',
  },
];

export const istiodRefuses: readonly Scenario[] = rows.map(({ name, title, rotation, refuses, code }) => ({
  ...{ name, title, rotation, on: 'live' },
  strikes: [{ phase: rotation === 'root' ? 'distribute' : 'activate', outcome: { is: 'stops', code } }],
  todo: 'mend what the hint names; istiod hears of no file that does not change, so restart it, then `retry`',
  set: ({ cluster }) => breakUntilRestart(cluster, { refuses }),
}));
