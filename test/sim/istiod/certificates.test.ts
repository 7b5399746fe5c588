import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:tls';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { parseCertificate } from '../../../pki/certificate.ts';
import { makeCsr } from '../../../pki/csr.ts';
import { issueLeaf, type Issuer, keyPem, makeIntermediate } from '../../../pki/make.ts';
import { createCertificate, type CertificateResponse } from '../../../sim/certificate-protocol.ts';
import { a, b, mounted, rootA, rootB, rootsAB, runIstiod } from './scenario.ts';
import { eventually } from '../../support/eventually.ts';

const host = 'istiod.istio-system.svc';
const spiffeId = 'spiffe://cluster.local/ns/default/sa/app';
const { privateKey: workloadKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function started(...args: Parameters<typeof runIstiod>) {
  const run = runIstiod(...args);
  ends.push(() => run.istiod.stop());
  await run.istiod.ready;
  return run;
}

type Run = Awaited<ReturnType<typeof started>>;

/** A leaf of the kind that VMs authenticate with. */
function clientPair(issuer: Issuer) {
  const leaf = issueLeaf({ issuer, publicKey: workloadKey, spiffeId, ttlMs: 60_000 });
  return { key: keyPem(workloadKey), cert: leaf.pem + issuer.cert.pem };
}

function ask(
  { istiod }: Run,
  o: {
    readonly trusts?: string;
    readonly token?: string;
    readonly pair?: ReturnType<typeof clientPair>;
    readonly csr?: string;
    readonly validityDuration?: number;
  },
): Promise<CertificateResponse> {
  const { trusts = rootsAB, token, pair, csr = makeCsr({ key: workloadKey }), validityDuration = 0 } = o;
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  const client = new Client(
    `127.0.0.1:${istiod.securePort ?? 0}`,
    credentials.createSsl(Buffer.from(trusts), pem(pair?.key), pem(pair?.cert)),
    { 'grpc.ssl_target_name_override': host, 'grpc.use_local_subchannel_pool': 1 },
  );
  ends.push(() => client.close());
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  const { path, requestSerialize, responseDeserialize } = createCertificate;
  return new Promise((resolve, reject) => {
    const request = { csr, validityDuration };
    client.makeUnaryRequest(
      ...([path, requestSerialize, responseDeserialize, request, metadata] as const),
      (error: ServiceError | null, response?: CertificateResponse) => {
        if (response === undefined) reject(error ?? new Error('no answer'));
        else resolve(response);
      },
    );
  });
}

const tokenFor = ({ tokens }: Run, audiences = ['istio-ca']): string =>
  tokens.mint({ namespace: 'default', serviceAccount: 'app', audiences }).token;

test('answers with leaf, each certificate of the chain, and the whole of the roots last', async () => {
  const run = await started(mounted(a, rootA, rootsAB));
  const { certChain } = await ask(run, { token: tokenFor(run) });
  const [leaf = '', ...rest] = certChain;
  expect(parseCertificate(leaf, 'leaf').sans).toEqual([spiffeId]);
  expect(rest).toEqual([a.cert.pem, rootA.cert.pem, rootsAB]);
});

test('signs for the shorter of what is asked and what it allows, and never beyond its signer', async () => {
  const run = await started(mounted(a, rootA, rootA.cert.pem));
  const life = async (validityDuration: number): Promise<number> => {
    const { certChain } = await ask(run, { token: tokenFor(run), validityDuration });
    return parseCertificate(certChain[0] ?? '', 'leaf').notAfter.getTime() - Date.now();
  };
  expect(await life(10)).toBeLessThanOrEqual(10_000);
  const usual = await life(0);
  expect(usual).toBeGreaterThan(50_000);
  expect(usual).toBeLessThanOrEqual(60_000);
  const longest = 90 * 86_400_000;
  expect(await life(2 * 90 * 86_400)).toBeLessThanOrEqual(longest);
  const brief = makeIntermediate({ issuer: rootA, commonName: 'Brief', days: 10 / 86_400 });
  run.cacerts.swap(mounted(brief, rootA, rootA.cert.pem));
  await eventually(async () => expect(await life(3600)).toBeLessThanOrEqual(10_000));
});

test.each([
  ['no token', undefined],
  ['a token for another audience', ['https://kubernetes.default.svc']],
])('refuses %s', async (_, audiences) => {
  const run = await started(mounted(a, rootA, rootA.cert.pem));
  const asking = ask(run, audiences === undefined ? {} : { token: tokenFor(run, audiences) });
  await expect(asking).rejects.toMatchObject({ code: 16, details: 'request authenticate failure' });
});

test('refuses a request that is none', async () => {
  const run = await started(mounted(a, rootA, rootA.cert.pem));
  await expect(ask(run, { token: tokenFor(run), csr: 'x' })).rejects.toMatchObject({ code: 3 });
});

test('serves with a certificate of the CA that it signs with now', async () => {
  const run = await started(mounted(a, rootA, rootsAB));
  await expect(ask(run, { token: tokenFor(run), trusts: rootB.cert.pem })).rejects.toMatchObject({
    code: 14,
  });
  run.cacerts.swap(mounted(b, rootB, rootsAB));
  await eventually(() => ask(run, { token: tokenFor(run), trusts: rootB.cert.pem }));
  await expect(ask(run, { token: tokenFor(run), trusts: rootA.cert.pem })).rejects.toMatchObject({
    code: 14,
  });
});

test('goes on with the client verifier of its start after a live reload', async () => {
  const run = await started(mounted(a, rootA, rootA.cert.pem));
  expect(await ask(run, { pair: clientPair(a) })).toMatchObject({ certChain: { length: 4 } });
  run.cacerts.swap(mounted(a, rootA, rootsAB));
  await eventually(async () => {
    expect((await ask(run, { token: tokenFor(run) })).certChain.at(-1)).toBe(rootsAB);
  });
  run.cacerts.swap(mounted(b, rootB, rootsAB));
  await eventually(async () => {
    expect((await ask(run, { token: tokenFor(run) })).certChain[1]).toBe(b.cert.pem);
  });
  await expect(ask(run, { pair: clientPair(b) })).rejects.toMatchObject({ code: 14 });
  expect((await ask(run, { pair: clientPair(a) })).certChain[1]).toBe(b.cert.pem);
});

test('shows a certificate for its own names only', async () => {
  const { istiod } = await started(mounted(a, rootA, rootA.cert.pem));
  const options = { port: istiod.securePort ?? 0, host: '127.0.0.1', ca: rootA.cert.pem };
  const reason = await new Promise<unknown>((resolve) => {
    const socket = connect({ ...options, servername: 'istiod-asm-1-30.aks-istio-system.svc' });
    socket.once('error', (error: Error) => resolve('code' in error ? error.code : error));
    socket.once('secureConnect', () => resolve('accepted'));
  });
  expect(reason).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});
