import type { Mend } from '../../../sim/scenarios/broken.ts';
import * as hands from './hand.ts';
import type { Hand } from './hand.ts';
import * as istiods from './istiod-hand.ts';

/** Something that somebody else does while a rotation runs. */
export interface Act {
  /** As a heading. */
  readonly title: string;
  /** What the person on call does; `-` where there is nothing to do. */
  readonly todo: string;
  /** It writes several objects, which no hand does at once. */
  readonly severalObjects?: true;
  /** The result puts back what was there, where that is to do. */
  readonly does: (hand: Hand) => Mend;
}

const putBack = 'put the contents of the version before it back with the commands of the hint';

export const acts = {
  'root-added': {
    title: 'A stranger’s root is added to the bundle',
    todo: putBack,
    does: hands.addRoot,
  },
  'old-root-removed': {
    title: 'The old root is taken out of the bundle too early',
    todo: putBack,
    does: hands.removeOldRoot,
  },
  'new-root-removed': {
    title: 'The new root is taken out of the bundle again',
    todo: putBack,
    does: hands.removeNewRoot,
  },
  'roots-swapped': {
    title: 'The roots of the bundle are put in another order',
    todo: putBack,
    does: hands.swapRoots,
  },
  'other-intermediate': {
    title: 'A set with another intermediate is written, below a root that everybody trusts',
    todo: putBack,
    severalObjects: true,
    does: hands.otherIntermediate,
  },
  'torn-pair': {
    title: 'A certificate is written without its key: istiod refuses the set and keeps the old one',
    todo: putBack,
    does: hands.certificateWithoutKey,
  },
  'torn-chain': {
    title: 'The chain of before is written back: istiod accepts it, and signs leaves that no peer accepts',
    todo: `${putBack}; leaves that were renewed meanwhile fail until they renew again`,
    does: hands.oldChain,
  },
  'new-ca-at-once': {
    title: 'The whole new CA is written by hand in one go, as the AKS article has it',
    todo: `${putBack}; leaves that were renewed meanwhile fail until they renew again`,
    severalObjects: true,
    does: hands.wholeNewCa,
  },
  'cacerts-edited': {
    title: 'The Secret cacerts is edited, which the CSI driver keeps beside istiod’s volume',
    todo: '-',
    does: istiods.editCacerts,
  },
  'istiod-scaled-up': {
    title: 'An istiod is scaled up',
    todo: '-',
    does: istiods.scaleUp,
  },
  'istiod-upgraded': {
    title: 'An istiod is upgraded',
    todo: '-',
    does: istiods.upgrade,
  },
  'revision-added': {
    title: 'A revision of istiod is added that reads the same CA source',
    todo: '-',
    does: istiods.addRevision,
  },
  'revision-of-other-source': {
    title: 'A revision of istiod is added that reads another CA source',
    todo: 'let its SecretProviderClass name the same objects, or remove the revision',
    does: istiods.addRevisionOfOtherSource,
  },
  'revision-crashes': {
    title: 'A revision of istiod is added that does not come up',
    todo: 'mend it, or remove the revision',
    does: istiods.addRevisionThatCrashes,
  },
} as const satisfies Record<string, Act>;

export type ActName = keyof typeof acts;
