import type { ObjectNames } from '../../fleet/fleet.ts';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import { PrivateKey } from '../private-key.ts';
import { tagNames } from './tags.ts';
import type { Vault, VersionFacts } from './vault.ts';

/** Certificates by fingerprint, with the exact bytes in which they were found first. */
export type Pool = Map<string, Certificate>;

export function addTo(pool: Pool, certificates: readonly Certificate[]): void {
  for (const certificate of certificates) {
    if (!pool.has(certificate.fingerprint)) pool.set(certificate.fingerprint, certificate);
  }
}

/**
 * Adds to the pool what it lacks of the wanted certificates, from enabled past versions of the source's
 * objects, newest first; stops as soon as nothing is lacking. Throws Problem CERTIFICATE_NOT_FOUND.
 */
export async function findCertificates(
  vault: Vault,
  objects: ObjectNames,
  pool: Pool,
  wanted: readonly string[],
): Promise<void> {
  const lacking = (): readonly string[] => wanted.filter((fingerprint) => !pool.has(fingerprint));
  let disabled = 0;
  for (const secret of [objects.root, objects.chain, objects.cert]) {
    if (lacking().length === 0) return;
    const versions = await vault.versions(secret);
    disabled += versions.filter(({ enabled }) => !enabled).length;
    for (const { version } of versions.filter(({ enabled }) => enabled)) {
      if (lacking().length === 0) return;
      addTo(pool, certificatesIn((await vault.version(secret, version)).value, `${secret}/${version}`));
    }
  }
  const [first] = lacking();
  if (first === undefined) return;
  throw new Problem('CERTIFICATE_NOT_FOUND', {
    object: `certificate with SHA-256 ${first}`,
    expected: `it in a version of ${objects.root}, ${objects.chain} or ${objects.cert} in ${vault.url}`,
    found: disabled === 0 ? 'none with it' : `none with it, and ${disabled} disabled versions`,
  });
}

/**
 * The private key of a certificate from an enabled past version of the key object: first those whose tag
 * names the certificate, then the others, newest first. Throws Problem SIGNING_KEY_NOT_FOUND.
 */
export async function findKey(vault: Vault, secret: string, cert: Certificate): Promise<PrivateKey> {
  const versions = await vault.versions(secret);
  const enabled = versions.filter((one) => one.enabled);
  const isTagged = ({ tags }: VersionFacts): boolean => tags[tagNames.sha256] === cert.fingerprint;
  for (const { version } of [...enabled.filter(isTagged), ...enabled.filter((one) => !isTagged(one))]) {
    const key = new PrivateKey((await vault.version(secret, version)).value);
    if (belongs(key, cert)) return key;
  }
  const disabled = versions.length - enabled.length;
  throw new Problem('SIGNING_KEY_NOT_FOUND', {
    object: `key of "${cert.subject}", serial ${cert.serial}`,
    expected: `it in a version of ${secret} in ${vault.url}`,
    found: `${enabled.length} versions without it${disabled === 0 ? '' : `, and ${disabled} disabled`}`,
  });
}

/** A past version that is no key, or no certificate, is passed over: it may be somebody's old mistake. */
function belongs(key: PrivateKey, cert: Certificate): boolean {
  try {
    return key.matches(cert);
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function certificatesIn(pem: string, object: string): readonly Certificate[] {
  try {
    return parseBundle(pem, object);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
