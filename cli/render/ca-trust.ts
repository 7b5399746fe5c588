import type { Share } from '../../rotation/trusting.ts';
import type { CaCertificate, CaTrust } from '../ca/document.ts';
import { clusters } from './fleet.ts';
import type { Line } from './layout.ts';

interface Saying {
  readonly of: keyof Pick<
    CaTrust,
    'bundles' | 'signers' | 'istiods' | 'signing' | 'proxies' | 'leaves' | 'secondPlane'
  >;
  readonly words: (share: string) => string;
}

/** What is said of a root, and of an intermediate, in the order of the way from the source to the proxies. */
const sayings: Readonly<Record<'root' | 'intermediate', readonly Saying[]>> = {
  root: [
    { of: 'bundles', words: (share) => `in the bundle of ${share} CA sources` },
    { of: 'istiods', words: (share) => `handed out by ${share} istiods` },
    { of: 'secondPlane', words: (share) => `in ${share} namespaces and webhooks` },
    { of: 'proxies', words: (share) => `trusted by ${share} proxies` },
    { of: 'leaves', words: (share) => `${share} leaves chain to it` },
  ],
  intermediate: [
    { of: 'signers', words: (share) => `${share} CA sources sign with it` },
    { of: 'signing', words: (share) => `${share} istiods sign with it` },
    { of: 'leaves', words: (share) => `${share} leaves are signed by it` },
  ],
};

/** So many are told one by one where clusters differ. */
const mostClusters = 10;
const indent = ' '.repeat(11);

/** Who trusts a CA, in the mesh as a whole and, where that is neither all nor none, cluster by cluster. */
export function trustLines(trust: CaTrust, role: CaCertificate['role']): readonly Line[] {
  if (role === 'leaf') return [];
  const said = (one: Omit<CaTrust, 'fingerprint' | 'clusters'>) =>
    sayings[role].filter(({ of }) => one[of].total > 0).map(({ of, words }) => words(shareText(one[of])));
  const whole = said(trust);
  const isEven = trust.clusters.length < 2 || sayings[role].every(({ of }) => isUniform(trust[of]));
  const more = trust.clusters.length - mostClusters;
  return [
    { head: '  trust    ', words: whole.length === 0 ? 'nothing could be seen' : whole.join('; ') },
    ...(isEven ? [] : trust.clusters.slice(0, mostClusters)).flatMap((one) => {
      const words = said(one);
      return words.length === 0 ? [] : [{ head: `${indent}${one.cluster}: `, words: words.join('; ') }];
    }),
    ...(isEven || more <= 0 ? [] : [`${indent}and ${clusters(more)} more: see them with -o json`]),
  ];
}

function shareText({ count, total }: Share): string {
  return `${count} of ${total}`;
}

function isUniform({ count, total }: Share): boolean {
  return count === 0 || count === total;
}
