import { X509Certificate } from 'node:crypto';
import { privateKeyFacts } from './key-facts.ts';

/** What bytes are, before anything in them is read. */
export interface Form {
  readonly kind: 'pem' | 'der' | 'container' | 'nothing';
  /** Of `pem`; empty otherwise. */
  readonly text: string;
  /** Of `der`. */
  readonly der?: Buffer;
  /** True where istiod would read it just so. */
  readonly isPlain: boolean;
  /** What it is, in words, where it is not plain PEM. */
  readonly told?: string;
  /** The command that makes PEM of it. */
  readonly hint?: string;
}

/** Object identifiers in DER, from their tag on. */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');
const data = Buffer.from('06092a864886f70d010701', 'hex');
const keystore = Buffer.from('feedfeed', 'hex');
/** Where the identifiers stand that say what the whole is. */
const headBytes = 48;

/** Looks at how bytes are encoded. Quotes nothing of them. */
export function formOf(bytes: Buffer): Form {
  if (bytes.toString('latin1').trim() === '') return nothing('nothing: it is empty');
  // A comment may begin with the digit that is the tag of a sequence.
  if (bytes[0] === 0x30 && !bytes.includes('-----BEGIN ')) return ofAsn1(bytes);
  if (bytes.subarray(0, 4).equals(keystore))
    return container('a Java keystore', 'export it: keytool -exportcert -rfc -keystore FILE -alias ALIAS');
  const decoded = decode(bytes);
  if (decoded.text.includes('-----BEGIN ')) return { kind: 'pem', ...decoded };
  return ofBase64(decoded.text) ?? nothing(isText(decoded.text) ? 'text' : 'binary data');
}

function ofAsn1(bytes: Buffer): Form {
  const head = bytes.subarray(0, headBytes);
  if (isCertificate(bytes))
    return der(bytes, 'a certificate in DER form', 'openssl x509 -inform DER -in FILE -out FILE.pem');
  if (privateKeyFacts(bytes) !== undefined)
    return der(bytes, 'a private key in DER form', 'openssl pkey -inform DER -in FILE -out ca-key.pem');
  if (head.includes(signedData))
    return container('a PKCS#7 container', 'openssl pkcs7 -inform DER -in FILE -print_certs -out FILE.pem');
  if (head.includes(data))
    return container(
      'a PKCS#12 container, which opens with its password only',
      'openssl pkcs12 -in FILE -nokeys -out cert-chain.pem, and with -nocerts -noenc for the key',
    );
  return nothing('binary data (ASN.1) that is no certificate, key or container');
}

function der(bytes: Buffer, told: string, hint: string): Form {
  return { kind: 'der', text: '', der: bytes, isPlain: false, told, hint: `convert it: ${hint}` };
}

function container(told: string, hint: string): Form {
  return { kind: 'container', text: '', isPlain: false, told, hint };
}

function nothing(told: string): Form {
  return { kind: 'nothing', text: '', isPlain: false, told };
}

/** PowerShell's redirection writes UTF-16, and other programs of Windows a mark before UTF-8. */
function decode(bytes: Buffer): { text: string; isPlain: boolean; told?: string; hint?: string } {
  const hint = 'convert it: iconv -f UTF-16 -t ASCII FILE > FILE.pem';
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: bytes.toString('utf16le').slice(1), isPlain: false, told: 'PEM in UTF-16', hint };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const swapped = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
    return { text: swapped.toString('utf16le').slice(1), isPlain: false, told: 'PEM in UTF-16', hint };
  }
  const text = bytes.toString('utf8');
  // Before a comment it hides no block.
  if (!text.startsWith('\ufeff-----BEGIN ')) return { text, isPlain: true };
  const mend = "take it off: sed -i '1s/^\\xEF\\xBB\\xBF//' FILE";
  return { text: text.slice(1), isPlain: false, told: 'PEM behind a byte order mark', hint: mend };
}

/** `kubectl get secret -o yaml` shows base64 of PEM; a certificate copied without its BEGIN line is base64 of DER. */
function ofBase64(text: string): Form | undefined {
  const compact = text.replaceAll(/\s/g, '');
  if (compact.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, 'base64');
  const hint = 'decode it: base64 -d FILE > FILE.pem';
  if (bytes.includes('-----BEGIN '))
    return { kind: 'pem', text: bytes.toString('utf8'), isPlain: false, told: 'base64 of PEM', hint };
  if (bytes[0] !== 0x30 || !(isCertificate(bytes) || privateKeyFacts(bytes) !== undefined)) return undefined;
  const begin = 'put the lines -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- around it';
  return {
    kind: 'der',
    text: '',
    der: bytes,
    isPlain: false,
    told: 'base64 without its BEGIN and END lines',
    hint: begin,
  };
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    return false;
  }
}

function isText(text: string): boolean {
  return /^[^\0-\x08\x0e-\x1f\ufffd]*$/.test(text);
}
