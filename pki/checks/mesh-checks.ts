import type { ProblemDetails } from '../../problems/problem.ts';
import { bundleChange, type BundleChange } from '../bundle-change.ts';
import { parseBundle } from '../bundle.ts';
import { excludes, istiodNames, spiffeName, type WantedName } from '../name-constraints.ts';
import { nameOf } from '../path.ts';
import type { NameConstraints } from '../profile.ts';
import type { CaCheck } from './check.ts';
import { inSet } from './path-checks.ts';
import { pathOf, textOf, type SeenSet } from './seen-set.ts';

/** What is asked of a new CA for the mesh that it is for; nothing where that is not known. */
export const meshChecks: readonly CaCheck[] = [
  {
    code: 'NAME_CONSTRAINED',
    severity: 'fatal',
    expects:
      "nameConstraints that allow the trust domain's SPIFFE IDs, and the names of DNS that istiod serves by",
    why: 'peers refuse every leaf of the mesh, or agents and API servers the certificate of istiod itself. Go takes a base without a leading dot for what is below it as well.',
    of: 'new',
    stricterThan: ['go'],
    find: constrained,
  },
  {
    code: 'CERT_OUTLIVED_BY_LEAVES',
    severity: 'fatal',
    expects: 'a path that lasts as long as a leaf that is signed now',
    why: 'leaves would be cut short, or end with their issuer before they are renewed. Verifiers ask for this moment alone.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: (set) => endsWithin(set, set.needs.leafTtl ?? 0, 'as long as a leaf lives'),
  },
  {
    code: 'CERT_EXPIRES_SOON',
    severity: 'warning',
    expects: 'a path that lasts as long as is asked of a new CA',
    why: 'it works until then; the next rotation has to begin before',
    of: 'new',
    stricterThan: [],
    find: (set) =>
      endsWithin(set, set.needs.leafTtl ?? 0, '').length > 0
        ? []
        : endsWithin(set, set.needs.margin ?? 0, 'as is asked of a new CA'),
  },
  {
    code: 'ISSUER_OUTLIVED',
    severity: 'warning',
    expects: 'certificates that end no later than their issuers',
    why: 'a path ends with the first of its certificates, which is what all times are counted by; the later end misleads people only',
    of: 'new',
    stricterThan: [],
    find: (set) => {
      const path = pathOf(set);
      return path.flatMap((one, index) => {
        const issuer = path[index + 1];
        if (issuer === undefined || one.notAfter <= issuer.notAfter) return [];
        const expected = `notAfter up to ${issuer.notAfter.toISOString()}, that of ${nameOf(issuer)}`;
        return [{ object: inSet(one, set), expected, found: one.notAfter.toISOString() }];
      });
    },
  },
  {
    code: 'OLD_ROOT_MISSING',
    severity: 'fatal',
    expects: 'in a bundle that follows on the one in use, every root of that',
    why: 'workloads that have it would refuse those that have not got a new leaf yet',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: oldRootsMissing,
  },
  {
    code: 'BUNDLE_NOT_CONTIGUOUS',
    severity: 'fatal',
    expects: 'of the bundle in use and the one that follows, one that contains the other byte by byte',
    why: 'a running istiod up to 1.29 ignores the whole set otherwise',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: notContiguous,
  },
];

function constrained(set: SeenSet): readonly ProblemDetails[] {
  const { trustDomain, istiods = [] } = set.needs;
  const wanted = [
    ...(trustDomain === undefined ? [] : [[[spiffeName(trustDomain)]]]),
    ...istiods.map(istiodNames),
  ];
  return pathOf(set).flatMap((one) => {
    const { constraints } = one.profile;
    if (constraints === undefined) return [];
    const object = inSet(one, set);
    return wanted.flatMap((ways) => shutOut(constraints, ways).map((found) => ({ object, ...found })));
  });
}

/** Of names that are all wanted in one of several ways, the first of each that is not allowed; none where a way is open. */
function shutOut(
  constraints: NameConstraints,
  ways: readonly (readonly WantedName[])[],
): readonly Omit<ProblemDetails, 'object'>[] {
  const first = ways.flatMap((names) => {
    const told = names.flatMap((wanted) => {
      const found = excludes(constraints, wanted);
      return found === undefined ? [] : [{ name: wanted.name, found }];
    });
    return told.slice(0, 1);
  });
  const [{ found } = { found: '' }] = first;
  if (first.length < ways.length || ways.length === 0) return [];
  return [{ expected: `${first.map(({ name }) => name).join(' or ')} to be allowed`, found }];
}

function endsWithin(set: SeenSet, seconds: number, reason: string): readonly ProblemDetails[] {
  const until = new Date(set.at.getTime() + seconds * 1000);
  return pathOf(set).flatMap((one) =>
    one.notAfter < set.at || one.notAfter >= until
      ? []
      : [
          {
            object: inSet(one, set),
            expected: `notAfter from ${until.toISOString()} on, ${reason}`,
            found: one.notAfter.toISOString(),
          },
        ],
  );
}

function oldRootsMissing(set: SeenSet): readonly ProblemDetails[] {
  const { roots = [], object } = set;
  const removed = changeOf(set)?.removed ?? [];
  return removed.map((root) => ({
    object: `root-cert of ${object}`,
    expected: `${nameOf(root)}, which is in use`,
    found: roots.map(nameOf).join(', '),
  }));
}

function notContiguous(set: SeenSet): readonly ProblemDetails[] {
  const change = set.needs.comparesBytes === true ? changeOf(set) : undefined;
  if (change === undefined || change.removed.length > 0 || !change.rewritten) return [];
  return [
    {
      object: `root-cert of ${set.object}`,
      expected: 'the bytes of the bundle in use as a whole',
      found: change.reordered ? 'its roots in another order' : 'other bytes',
    },
  ];
}

/** From the bundle in use to the one looked at; undefined where one of them is not known. */
function changeOf(set: SeenSet): BundleChange | undefined {
  const { bundleInUse: text } = set.needs;
  const next = textOf(set, 'root');
  if (text === undefined || next === undefined) return undefined;
  const certificates = parseBundle(text, 'the bundle in use');
  return bundleChange({ text, certificates }, { text: next.pem, certificates: next.certificates });
}
