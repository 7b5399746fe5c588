import { z } from 'zod';
import { makeRoot } from '../../pki/make.ts';
import type { MountedFiles, ObjectStore } from '../world.ts';
import { IstiodCa, printsTrustBundle } from './ca.ts';
import { printLoaded, printTrustBundle } from './load-lines.ts';
import type { IstiodLog } from './log.ts';
import type { IstiodOptions } from './options.ts';
import { loadSigningCa, type SigningCa } from './signing-ca.ts';
import { completeness, readSigningFiles, type SigningFiles } from './signing-files.ts';

/**
 * Makes the CA of a starting istiod and prints what the real one does from `creating CA` to the static
 * verifier of client certificates. Throws where the real one exits: an incomplete set from 1.27 on, or one
 * that does not verify.
 */
export function startCa(o: {
  readonly log: IstiodLog;
  readonly options: IstiodOptions;
  readonly files: MountedFiles | undefined;
  readonly store: ObjectStore;
  readonly trustDomain: string;
  /** What its clock says. */
  readonly now: () => Date;
}): { readonly ca: IstiodCa; readonly pluggedIn: boolean } {
  const { log, options, trustDomain } = o;
  log.info('creating CA and initializing public key');
  const found = readSigningFiles(o.files);
  log.info(`Using ${found.form} for signing ca files`);
  const state = completeness(found);
  if (state === 'incomplete' && failsIncomplete(options)) {
    throw new Error('failed to create an istiod CA: incomplete signing CA bundle detected at etc/cacerts');
  }
  const pluggedIn = state === 'complete';
  const ca = new IstiodCa(log, options, pluggedIn ? plugIn(log, found, o.now()) : selfSigned(o), o.now);
  if (pluggedIn) log.info('Added cacerts files watcher at ./etc/cacerts');
  log.info('Adding Kubernetes registry adapter');
  if (printsTrustBundle(options)) printTrustBundle(log, ca.current.roots);
  log.info('done initializing workload trustBundle');
  const names = `[${options.dnsNames.join(' ')}]`;
  log.info(`Discover server subject alt names: ${names}`);
  log.info(`initializing Istiod DNS certificates host: ${options.host}, custom host: `);
  log.info(`Generating istiod-signed cert for ${names}:\n ${ca.serving.pem}`);
  log.info(`Using ${found.form} for signing ca files`);
  log.info(pluggedIn ? `Use root cert from etc/cacerts/${found.rootFile}` : 'Use roots from istio-ca-secret');
  printLoaded(log, ca.serving.certificates);
  log.info(
    `Added ${ca.current.roots.length} certs to trust domain ${trustDomain} in peer cert verifier`,
    'spiffe',
  );
  return { ca, pluggedIn };
}

/** Earlier ones went on with a self-signed CA, silently. */
function failsIncomplete({ version }: IstiodOptions): boolean {
  return version.major > 1 || version.minor >= 27;
}

function plugIn(log: IstiodLog, found: SigningFiles, at: Date): SigningCa {
  log.info('Use local CA certificate');
  try {
    const ca = loadSigningCa(found, at);
    // Asked for at a start alone (security/pkg/pki/ca, NewPluggedCertIstioCAOptions).
    if (!ca.issuer.cert.isCa) throw new Error('certificate is not authorized to sign other certificates');
    return ca;
  } catch (error) {
    throw new Error(
      `failed to create an istiod CA: ${error instanceof Error ? error.message : 'unknown error'}`,
      { cause: error },
    );
  }
}

/** One for all replicas, kept in Secret istio-ca-secret. */
function selfSigned(o: {
  readonly log: IstiodLog;
  readonly options: IstiodOptions;
  readonly store: ObjectStore;
  readonly trustDomain: string;
}): SigningCa {
  const { log, options, store, trustDomain } = o;
  log.info('Use self-signed certificate as the CA certificate');
  const secret = `${options.namespace}/istio-ca-secret`;
  const known = store.get('secrets', options.namespace, 'istio-ca-secret');
  const kept = known && selfSignedCas.get(secretData.parse(known).data['ca-cert.pem']);
  if (kept !== undefined) {
    log.info(`Load signing key and cert from existing secret ${secret}`, 'pkica');
    return kept;
  }
  log.info('CASecret istio-ca-secret not found, will create one', 'pkica');
  const issuer = makeRoot({ organization: trustDomain });
  const ca = { issuer, chainPem: '', rootPem: issuer.cert.pem, roots: [issuer.cert], chain: [] };
  log.info(`Using self-generated public key: ${issuer.cert.pem}`, 'pkica');
  log.info('Set secret name for self-signed CA cert rotator to istio-ca-secret', 'pkica');
  log.info('Set up back off time 53m35s to start rotator.', 'rootcertrotator');
  log.info('Jitter is enabled, wait 53m35s before starting root cert rotator.', 'rootcertrotator');
  const data = { 'ca-cert.pem': Buffer.from(issuer.cert.pem).toString('base64') };
  store.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'istio-ca-secret', namespace: options.namespace },
    type: 'istio.io/ca-root',
    data,
  });
  selfSignedCas.set(data['ca-cert.pem'], ca);
  return ca;
}

const secretData = z.looseObject({ data: z.looseObject({ 'ca-cert.pem': z.string() }) });

/** The private halves of istio-ca-secret by what it shows: a key is never put where the API serves it. */
const selfSignedCas = new Map<string, SigningCa>();
