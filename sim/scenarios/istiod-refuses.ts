import type { ProblemCode } from '../../problems/registry.ts';
import type { refusals } from '../istiod/faults.ts';
import { breakUntilRestart } from './istiod.ts';
import { whereRootsChange } from './phases.ts';
import type { Scenario } from './scenario.ts';

/** What a kind of refusal has in common: in which phases istiod is given what it may refuse so. */
const ofRoots = {
  rotation: 'root',
  strikes: (code: ProblemCode) => whereRootsChange({ is: 'stops', code }),
  unmet: { phases: ['activate'], why: 'its roots stay as they are' },
} as const;
const ofSigner = {
  rotation: 'intermediate',
  strikes: (code: ProblemCode) => [{ phase: 'activate', outcome: { is: 'stops', code } }] as const,
  unmet: { phases: ['distribute', 'revoke'], why: 'its certificate, key and chain stay as they are' },
} as const;

interface Row extends Pick<Scenario, 'name' | 'title'> {
  readonly of: typeof ofRoots | typeof ofSigner;
  readonly refuses: keyof typeof refusals;
  readonly code: ProblemCode;
}

/**
 * Each refusal that istiod 1.30.3 prints; what it prints is in sim/istiod/faults.ts. That of a bundle which is no PEM, and
 * that of a root replaced in a Secret of type kubernetes.io/tls, have the words of `rootReplaced`.
 */
const rows: readonly Row[] = [
  {
    ...{ name: 'istiod-refuses-multiroot', refuses: 'multiRootDisabled', of: ofRoots },
    title: 'istiod refuses the bundle, for it was started without multi-root',
    code: 'ISTIOD_MULTIROOT_OFF',
  },
  {
    ...{ name: 'istiod-refuses-root', refuses: 'rootReplaced', of: ofRoots },
    title: 'istiod refuses the bundle as one that replaces its roots',
    code: 'ISTIOD_REFUSED_ROOT',
  },
  {
    ...{ name: 'istiod-refuses-key', refuses: 'keyMismatch', of: ofSigner },
    title: 'istiod refuses the set, for its key is not that of its certificate',
    code: 'ISTIOD_REFUSED_KEY',
  },
  {
    ...{ name: 'istiod-refuses-chain', refuses: 'chainDoesNotVerify', of: ofSigner },
    title: 'istiod refuses the set, for its chain does not verify',
    code: 'ISTIOD_REFUSED_CHAIN',
  },
];

export const istiodRefuses: readonly Scenario[] = rows.map(({ name, title, of, refuses, code }) => ({
  ...{ name, title, on: 'live', rotation: of.rotation, strikes: of.strikes(code), unmet: of.unmet },
  todo: 'mend what the hint names; istiod hears of no file that does not change, so restart it, then `retry`',
  set: ({ cluster }) => breakUntilRestart(cluster, { refuses }),
}));
