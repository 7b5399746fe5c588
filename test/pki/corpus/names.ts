import { below, knownNeeds, root, setOf, signedAs, type BadSet, type Files } from './bad-set.ts';
import { nameConstraints } from './extension.ts';
import { leafBelow, make, type Made } from './made.ts';

interface Names {
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
}

const revision = '1-30';
const forIstiod = { ...knownNeeds, istiods: [{ namespaces: ['istio-system'], revision }] };

/** A signer with constraints on names of DNS below the sound root, and the certificate that istiod serves by. */
function served(o: Names): () => Files {
  const one = make({
    ...{ name: 'Signer', issuer: root, pathLength: 0 },
    extensions: [nameConstraints({ kind: 2, ...o })],
  });
  return () => ({ ...setOf(one, root), leaf: servingLeaf(one).pem });
}

function servedBelow(o: Names): () => Files {
  const above = make({ name: 'Root', extensions: [nameConstraints({ kind: 2, ...o })] });
  const one = make({ name: 'Signer', issuer: above, pathLength: 0 });
  return () => ({ ...setOf(one, above), leaf: servingLeaf(one).pem });
}

function servingLeaf(issuer: Made): Made {
  const services = ['istiod', `istiod-${revision}`, 'istiod-remote', 'istio-pilot'];
  return leafBelow(
    issuer,
    services.map((name) => `${name}.istio-system.svc`),
  );
}

/** A signer with constraints on URIs below the sound root. */
function uris(o: Names): () => Files {
  return signedAs({ extensions: [nameConstraints({ kind: 6, ...o })] });
}

/** Sets whose nameConstraints let the names of a mesh through, or do not. */
export const names: readonly BadSet[] = [
  {
    name: 'a trust domain that is not permitted',
    code: 'NAME_CONSTRAINED',
    files: uris({ permitted: ['example.com'] }),
  },
  {
    name: 'a trust domain that is excluded',
    code: 'NAME_CONSTRAINED',
    files: uris({ excluded: ['cluster.local'] }),
  },
  {
    name: 'a trust domain below one that is excluded',
    code: 'NAME_CONSTRAINED',
    files: uris({ excluded: ['.local'] }),
  },
  {
    name: 'a permitted base with a leading dot, which is for names below it',
    code: 'NAME_CONSTRAINED',
    files: uris({ permitted: ['.cluster.local'] }),
  },
  {
    name: 'a permitted base without a leading dot for a name below it',
    code: 'NAME_CONSTRAINED',
    files: uris({ permitted: ['local'] }),
  },
  {
    name: 'a root whose constraints exclude the trust domain',
    code: 'NAME_CONSTRAINED',
    files: below({ extensions: [nameConstraints({ kind: 6, excluded: ['cluster.local'] })] }),
  },
  {
    name: 'a trust domain that is permitted',
    code: undefined,
    files: uris({ permitted: ['example.com', 'cluster.local'] }),
  },
  {
    name: 'a trust domain below a permitted base with a leading dot',
    code: undefined,
    files: uris({ permitted: ['.local'] }),
  },
  {
    name: 'constraints on names of DNS alone',
    code: undefined,
    files: signedAs({ extensions: [nameConstraints({ kind: 2, permitted: ['example.com'] })] }),
  },
  {
    name: 'names of istiod that are not permitted',
    code: 'NAME_CONSTRAINED',
    files: served({ permitted: ['svc.example.com'] }),
    needs: forIstiod,
  },
  {
    name: 'one name of istiod that is not permitted beside another that is',
    code: 'NAME_CONSTRAINED',
    files: served({ permitted: ['istiod.istio-system.svc'] }),
    needs: forIstiod,
  },
  {
    name: 'a name of istiod’s revision that is excluded',
    code: 'NAME_CONSTRAINED',
    files: served({ excluded: ['istiod-1-30.istio-system.svc'] }),
    needs: forIstiod,
  },
  {
    name: 'a root that excludes the namespace of istiod',
    code: 'NAME_CONSTRAINED',
    files: servedBelow({ excluded: ['istio-system.svc'] }),
    needs: forIstiod,
  },
  {
    name: 'names of istiod below a permitted one',
    code: undefined,
    files: served({ permitted: ['example.com', 'istio-system.svc'] }),
    needs: forIstiod,
  },
  {
    name: 'names of istiod below a permitted base with a leading dot',
    code: undefined,
    files: served({ permitted: ['.svc'] }),
    needs: forIstiod,
  },
  {
    name: 'names of istiod in one of the namespaces that it may be in',
    code: undefined,
    files: served({ permitted: ['istio-system.svc'] }),
    needs: { ...knownNeeds, istiods: [{ namespaces: ['aks-istio-system', 'istio-system'] }] },
  },
];
