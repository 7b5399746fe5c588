import {
  below,
  but,
  good,
  knownNeeds,
  otherRoot,
  otherSigner,
  root,
  setOf,
  signedAs,
  signer,
  type BadSet,
  type Files,
} from './bad-set.ts';
import { inDays, issuerOf, make, pemOf, rsaKey } from './made.ts';

const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
const weakRoot = make({ name: 'Weak root', key: rsaKey(1024) });
const third = make({ name: 'Third root' });
const many = Array.from(
  { length: 45 },
  (_, index) => make({ name: `Root ${index} ${'of many '.repeat(8)}` }).pem,
);

/** A CA that allows none below it, and has one. */
function tooDeep(): Files {
  const middle = make({ name: 'Middle', issuer: root, pathLength: 0 });
  return setOf(make({ name: 'Signer', issuer: middle }), middle, root);
}

/** Signed by the root's key, under the root's name, with a signature of another. */
function forged(): Files {
  const twin = make({ name: 'Root', keyId: root.keyId });
  return setOf(make({ name: 'Signer', issuer: twin }), root);
}

/** Sets whose parts do not lead to each other, or not to where the mesh needs them. */
export const paths: readonly BadSet[] = [
  { name: 'another root', code: 'PATH_BROKEN', files: but({ root: otherRoot.pem }) },
  {
    name: 'a root of the same name and another key',
    code: 'PATH_BROKEN',
    files: but({ root: make({ name: 'Root' }).pem }),
  },
  { name: 'a forged signature', code: 'PATH_BROKEN', files: forged },
  {
    name: 'a chain without the middle of the path',
    code: 'PATH_BROKEN',
    files: () => {
      const middle = make({ name: 'Middle', issuer: root });
      const one = make({ name: 'Signer', issuer: middle });
      return { ...setOf(one, middle, root), chain: one.pem };
    },
  },
  {
    name: 'a signature that was changed',
    code: 'PATH_BROKEN',
    files: () => {
      const der = Buffer.from(signer.der);
      der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
      const changed = pemOf(der);
      return { ...good, cert: changed, chain: changed };
    },
  },
  { name: 'a chain without the certificate', code: 'CHAIN_LACKS_CERTIFICATE', files: but({ chain: '' }) },
  {
    name: 'a chain of another generation',
    code: 'CHAIN_LACKS_CERTIFICATE',
    files: () => ({ ...good, root: root.pem + otherRoot.pem, chain: otherSigner.pem }),
  },
  { name: 'a chain of the root alone', code: 'CHAIN_LACKS_CERTIFICATE', files: but({ chain: root.pem }) },
  {
    name: 'a chain of both generations',
    code: undefined,
    files: () => ({ ...good, root: root.pem + otherRoot.pem, chain: signer.pem + otherSigner.pem }),
  },
  { name: 'more CAs than pathLen allows', code: 'PATH_LENGTH_EXCEEDED', files: tooDeep },
  {
    name: 'a root that allows no CA below it',
    code: 'PATH_LENGTH_EXCEEDED',
    files: below({ pathLength: 0 }),
  },
  { name: 'a root that allows one CA below it', code: undefined, files: below({ pathLength: 1 }) },
  {
    name: 'the identifier of another key',
    code: 'KEY_ID_MISMATCH',
    files: signedAs({ authority: Buffer.alloc(20, 0x33) }),
  },
  {
    name: 'a root that was made anew with its key and another identifier',
    code: 'KEY_ID_MISMATCH',
    files: () => ({
      ...good,
      root: make({ name: 'Root', key: root.key, keyId: Buffer.alloc(20, 0x44) }).pem,
    }),
  },
  { name: 'no identifiers of keys', code: undefined, files: signedAs({ authority: false }) },
  {
    name: 'a signer that ends later than its root',
    code: 'ISSUER_OUTLIVED',
    files: () => {
      const above = make({ name: 'Root', to: inDays(100) });
      return setOf(make({ name: 'Signer', issuer: above, to: inDays(200) }), above);
    },
  },
  {
    name: 'a signer that ends before a leaf would',
    code: 'CERT_OUTLIVED_BY_LEAVES',
    files: signedAs({ to: inHours(5) }),
  },
  {
    name: 'a root that ends before a leaf would',
    code: 'CERT_OUTLIVED_BY_LEAVES',
    files: () => {
      const above = make({ name: 'Root', to: inHours(5) });
      return setOf(make({ name: 'Signer', issuer: above, to: inHours(5) }), above);
    },
  },
  {
    name: 'a signer that ends within the margin',
    code: 'CERT_EXPIRES_SOON',
    files: signedAs({ to: inDays(20) }),
  },
  { name: 'a root twice', code: 'ROOT_TWICE', files: but({ root: root.pem + root.pem }) },
  {
    name: 'more roots than a secret of Key Vault takes',
    code: 'BUNDLE_TOO_LARGE',
    files: but({ root: root.pem + many.join('') }),
  },
  {
    name: 'a combined bundle without the old root',
    code: 'OLD_ROOT_MISSING',
    files: but({ root: root.pem }),
    needs: { ...knownNeeds, bundleInUse: otherRoot.pem },
  },
  {
    name: 'a combined bundle with the old root before the new one',
    code: undefined,
    files: but({ root: otherRoot.pem + root.pem }),
    needs: { ...knownNeeds, bundleInUse: otherRoot.pem, comparesBytes: true },
  },
  {
    name: 'an old root that would not be taken anew',
    code: undefined,
    files: but({ root: weakRoot.pem + root.pem }),
    needs: { ...knownNeeds, oldRoots: [issuerOf(weakRoot).cert] },
  },
  {
    name: 'another that would not beside the new one',
    code: 'KEY_NOT_SUPPORTED',
    files: but({ root: weakRoot.pem + root.pem }),
    needs: { ...knownNeeds, oldRoots: [issuerOf(otherRoot).cert] },
  },
  {
    name: 'an old root that ends soon beside the new one',
    code: undefined,
    files: but({ root: make({ name: 'Old root', to: inHours(1) }).pem + root.pem }),
  },
  {
    name: 'old roots that have others between them, for an istiod that compares bytes',
    code: 'BUNDLE_NOT_CONTIGUOUS',
    files: but({ root: otherRoot.pem + root.pem + third.pem }),
    needs: { ...knownNeeds, bundleInUse: otherRoot.pem + third.pem, comparesBytes: true },
  },
  {
    name: 'roots that change places, for an istiod that compares bytes',
    code: 'BUNDLE_NOT_CONTIGUOUS',
    files: but({ root: root.pem + otherRoot.pem }),
    needs: { ...knownNeeds, bundleInUse: otherRoot.pem + root.pem, comparesBytes: true },
  },
  {
    name: 'roots that change places, for one that does not',
    code: undefined,
    files: but({ root: root.pem + otherRoot.pem }),
    needs: { ...knownNeeds, bundleInUse: otherRoot.pem + root.pem },
  },
];
