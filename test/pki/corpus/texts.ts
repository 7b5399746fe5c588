import { but, good, keyText, otherRoot, root, setOf, signer, type BadSet } from './bad-set.ts';
import { ecKey, make, pemOf, rsaKey } from './made.ts';
import { openssl } from './openssl.ts';

const key = keyText(signer.key, 'sec1');
const rsaSigner = make({ name: 'Signer', issuer: root, pathLength: 0, key: rsaKey(2048) });
const rsaSet = setOf(rsaSigner, root);
const pkcs12 = (): Buffer =>
  openssl(['pkcs12', '-export', '-in', 'IN', '-passout', 'pass:secret'], signer.pem + keyText(signer.key));
const pkcs7 = (form: string): Buffer =>
  openssl(['crl2pkcs7', '-nocrl', '-certfile', 'IN', '-outform', form], signer.pem);
const encrypted = (): string =>
  openssl(['pkcs8', '-topk8', '-in', 'IN', '-v2', 'aes-256-cbc', '-passout', 'pass:secret'], key).toString();
const inOldWay = (): string =>
  openssl(['ec', '-in', 'IN', '-aes256', '-passout', 'pass:secret'], key).toString();
const spoilt = (pem: string): string => pem.replace(/\n.{10}/, '\nAAAAAAAAAA');
const cut = (pem: string): string => pem.slice(0, pem.length / 2);
const glued = root.pem.trimEnd() + otherRoot.pem;
const parameters = openssl(['ecparam', '-name', 'prime256v1'], '').toString();
const headed = signer.pem.replace('\n', '\nOwner: somebody\n\n');
const behind = pemOf(Buffer.concat([signer.der, Buffer.from('0500', 'hex')]));

/** Texts that are not what their name says, or not in the form that istiod reads. */
export const texts: readonly BadSet[] = [
  { name: 'an empty root-cert', code: 'NO_CERTIFICATE', files: but({ root: '' }) },
  { name: 'words in root-cert', code: 'BAD_CERTIFICATE', files: but({ root: 'TODO\n' }) },
  { name: 'an empty ca-cert', code: 'BAD_CERTIFICATE', files: but({ cert: '' }) },
  { name: 'words in ca-cert', code: 'BAD_CERTIFICATE', files: but({ cert: 'TODO\n' }) },
  { name: 'words in cert-chain', code: 'BAD_CERTIFICATE', files: but({ chain: 'TODO\n' }) },
  {
    name: 'two certificates in ca-cert',
    code: 'BAD_CERTIFICATE',
    files: but({ cert: signer.pem + root.pem }),
  },
  { name: 'half a certificate', code: 'BAD_CERTIFICATE', files: but({ cert: cut(signer.pem) }) },
  {
    name: 'a chain that is cut off',
    code: 'BAD_CERTIFICATE',
    files: but({ chain: signer.pem + cut(root.pem) }),
  },
  { name: 'a spoilt certificate', code: 'BAD_CERTIFICATE', files: but({ cert: spoilt(signer.pem) }) },
  { name: 'a spoilt root', code: 'BAD_CERTIFICATE', files: but({ root: spoilt(root.pem) }) },
  {
    name: 'a spoilt root behind the sound one',
    code: 'BAD_CERTIFICATE',
    files: but({ root: root.pem + spoilt(otherRoot.pem) }),
  },
  { name: 'two roots joined without a newline', code: 'BAD_CERTIFICATE', files: but({ root: glued }) },
  { name: 'a BEGIN line behind a blank', code: 'BAD_CERTIFICATE', files: but({ root: ` ${root.pem}` }) },
  ...[
    ['form feed', '\f'],
    ['vertical tab', '\v'],
    ['no-break space', '\u00a0'],
  ].map(([name = '', character = '']): BadSet => ({
    name: `a ${name} behind an END line`,
    code: 'BAD_CERTIFICATE',
    files: but({ root: `${root.pem.trimEnd()}${character}\n` }),
  })),
  {
    name: 'a form feed within a block',
    code: 'BAD_CERTIFICATE',
    files: but({ cert: signer.pem.replace('\nMII', '\n\fMII') }),
  },
  { name: 'blanks behind an END line', code: undefined, files: but({ root: `${root.pem.trimEnd()} \t\n` }) },
  { name: 'headers in a block', code: 'BAD_CERTIFICATE', files: but({ chain: headed }) },
  { name: 'bytes behind a certificate', code: 'BAD_CERTIFICATE', files: but({ cert: behind }) },
  {
    name: 'a block TRUSTED CERTIFICATE',
    code: 'BAD_CERTIFICATE',
    files: but({ root: root.pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE') }),
  },
  ...['TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'PKCS7', 'X509 CRL'].map((label): BadSet => ({
    name: `a block ${label} behind the root`,
    code: 'CERT_MALFORMED',
    files: but({ root: root.pem + pemOf(otherRoot.der, label) }),
  })),
  {
    name: 'a request behind a certificate',
    code: 'TEXT_AROUND_PEM',
    files: () => ({
      ...good,
      chain: signer.pem + openssl(['req', '-new', '-key', 'IN', '-subj', '/CN=a'], key).toString(),
    }),
  },
  {
    name: 'a certificate behind the key',
    code: 'KEY_AMONG_CERTIFICATES',
    files: but({ key: key + signer.pem }),
  },
  { name: 'a block PKCS7', code: 'BAD_CERTIFICATE', files: () => ({ ...good, chain: pkcs7('PEM') }) },
  {
    name: 'a request in place of a certificate',
    code: 'BAD_CERTIFICATE',
    files: () => ({ ...good, cert: openssl(['req', '-new', '-key', 'IN', '-subj', '/CN=a'], key) }),
  },
  { name: 'ca-cert in DER form', code: 'NOT_PEM', files: but({ cert: signer.der }) },
  { name: 'root-cert in DER form', code: 'NOT_PEM', files: but({ root: root.der }) },
  {
    name: 'ca-key in DER form',
    code: 'NOT_PEM',
    files: but({ key: signer.key.export({ type: 'pkcs8', format: 'der' }) }),
  },
  { name: 'PKCS#12', code: 'NOT_PEM', files: () => ({ ...good, cert: pkcs12() }) },
  { name: 'PKCS#7 in DER form', code: 'NOT_PEM', files: () => ({ ...good, chain: pkcs7('DER') }) },
  {
    name: 'base64 of PEM',
    code: 'NOT_PEM',
    files: but({ cert: Buffer.from(signer.pem).toString('base64') }),
  },
  { name: 'base64 without its lines', code: 'NOT_PEM', files: but({ cert: signer.der.toString('base64') }) },
  { name: 'UTF-16', code: 'NOT_PEM', files: but({ root: Buffer.from(`\ufeff${root.pem}`, 'utf16le') }) },
  { name: 'a byte order mark before ca-cert', code: 'NOT_PEM', files: but({ cert: `\ufeff${signer.pem}` }) },
  { name: 'a byte order mark before root-cert', code: 'NOT_PEM', files: but({ root: `\ufeff${root.pem}` }) },
  {
    name: 'key and certificate swapped',
    code: 'KEY_AND_CERTIFICATE_SWAPPED',
    files: but({ cert: key, key: signer.pem }),
  },
  { name: 'a key in cert-chain', code: 'KEY_AMONG_CERTIFICATES', files: but({ chain: signer.pem + key }) },
  { name: 'a key in root-cert', code: 'KEY_AMONG_CERTIFICATES', files: but({ root: root.pem + key }) },
  { name: 'a key behind ca-cert', code: 'KEY_AMONG_CERTIFICATES', files: but({ cert: signer.pem + key }) },
  { name: 'an encrypted key', code: 'KEY_ENCRYPTED', files: () => ({ ...good, key: encrypted() }) },
  {
    name: 'a key encrypted in the old way',
    code: 'KEY_ENCRYPTED',
    files: () => ({ ...good, key: inOldWay() }),
  },
  { name: 'no key', code: 'BAD_KEY', files: but({ key: '' }) },
  { name: 'words in place of the key', code: 'BAD_KEY', files: but({ key: 'TODO\n' }) },
  {
    name: 'a public key',
    code: 'BAD_KEY',
    files: () => ({ ...good, key: openssl(['pkey', '-in', 'IN', '-pubout'], key).toString() }),
  },
  { name: 'a spoilt key', code: 'BAD_KEY', files: but({ key: spoilt(key) }) },
  { name: 'half a key', code: 'BAD_KEY', files: but({ key: cut(key) }) },
  { name: 'a certificate before the key', code: 'BAD_KEY', files: but({ key: signer.pem + key }) },
  {
    name: 'parameters before the key, as openssl ecparam -genkey writes them',
    code: 'BAD_KEY',
    files: but({ key: parameters + key }),
  },
  { name: 'two keys', code: 'KEYS_MANY', files: but({ key: key + keyText(ecKey()) }) },
  { name: 'the key twice', code: 'KEYS_MANY', files: but({ key: key + key }) },
  {
    name: 'text around certificates',
    code: 'TEXT_AROUND_PEM',
    files: but({ chain: `Signer of a unit\n${signer.pem}` }),
  },
  {
    name: 'text as openssl x509 -text writes it',
    code: 'TEXT_AROUND_PEM',
    files: () => ({ ...good, root: openssl(['x509', '-in', 'IN', '-text'], root.pem) }),
  },
  { name: 'CRLF', code: 'CRLF_IN_PEM', files: but({ root: root.pem.replaceAll('\n', '\r\n') }) },
  {
    name: 'empty lines between certificates',
    code: 'BLANK_LINES_IN_PEM',
    files: but({ root: `${root.pem}\n\n${otherRoot.pem}` }),
  },
  {
    name: 'an empty line before the first',
    code: 'BLANK_LINES_IN_PEM',
    files: but({ chain: `\n${signer.pem}` }),
  },
  {
    name: 'a last line that does not end',
    code: 'NEWLINE_MISSING',
    files: but({ root: root.pem.trimEnd() }),
  },
  { name: 'a key in PKCS#8 form', code: undefined, files: but({ key: keyText(signer.key) }) },
  {
    name: 'a key in PKCS#1 form',
    code: undefined,
    files: () => ({ ...rsaSet, key: keyText(rsaSigner.key, 'pkcs1') }),
  },
];
