import { generateKeyPairSync } from 'node:crypto';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { createCertificate } from '../../../activities/istiod/certificate-service.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import { makeCsr } from '../../../pki/csr.ts';
import { issueLeaf, type Issuer, keyPem, makeIntermediate } from '../../../pki/make.ts';
import { createCertificate as method, type CertificateResponse } from '../../../sim/certificate-protocol.ts';
import { eventually } from '../../support/eventually.ts';
import { a, b, mounted, rootA, rootB, rootsAB, states } from './material.ts';
import { starting } from './starting.ts';
import type { IstiodRun, IstiodWorld } from './world.ts';

const host = 'istiod.istio-system.svc';
const spiffeId = 'spiffe://cluster.local/ns/default/sa/default';
const { privateKey: workloadKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const csr = makeCsr({ key: workloadKey });

/** CreateCertificate at 15012, asked as the product asks, and as a client that has a certificate does. */
export function certificates(open: () => IstiodWorld): void {
  describe('CreateCertificate', () => {
    const { started } = starting(open);
    const ask = async (
      run: IstiodRun,
      o: {
        readonly trusted?: string;
        readonly token?: string;
        readonly validSeconds?: number;
        readonly csr?: string;
      } = {},
    ) =>
      createCertificate({
        ...{ port: run.port(), host, trusted: rootsAB, validSeconds: 0, csr, object: 'istiod' },
        ...{ token: o.token ?? (await open().token('istio-ca')), ...o },
      });

    it('answers with leaf, each certificate of the chain, and the whole of the roots last', async () => {
      const [leaf = '', ...rest] = await ask(await started(states.S1));
      expect(parseCertificate(leaf, 'leaf').sans).toEqual([spiffeId]);
      expect(rest).toEqual([a.cert.pem, rootA.cert.pem, rootsAB]);
    });

    it('signs for as long as it is asked, never beyond its signer, and for 90 days at most', async () => {
      const run = await started(states.S0);
      const life = async (validSeconds: number): Promise<number> => {
        const [leaf = ''] = await ask(run, { validSeconds });
        return parseCertificate(leaf, 'leaf').notAfter.getTime() - Date.now();
      };
      expect(await life(10)).toBeLessThanOrEqual(10_000);
      expect(await life(3600)).toBeGreaterThan(3_500_000);
      await expect(life(91 * 86_400)).rejects.toMatchObject({
        code: 'PROBE_FAILED',
        details: {
          found: expect.stringContaining(
            'requested TTL 2184h0m0s is greater than the max allowed TTL 2160h0m0s',
          ) as string,
        },
      });
      const brief = makeIntermediate({ issuer: rootA, commonName: 'Brief', days: 100 / 86_400 });
      await run.swap(mounted(brief, rootA, rootA.cert.pem));
      await eventually(async () => expect(await life(3600)).toBeLessThanOrEqual(100_000));
    });

    it('refuses a token for another audience, and one that is none', async () => {
      const run = await started(states.S0);
      const other = await open().token('https://kubernetes.default.svc');
      for (const token of [other, 'none']) {
        await expect(ask(run, { token })).rejects.toMatchObject({ code: 'PROBE_REFUSED' });
      }
    });

    it('refuses a request that is none', async () => {
      await expect(ask(await started(states.S0), { csr: 'x' })).rejects.toMatchObject({
        code: 'PROBE_FAILED',
      });
    });

    it('is served with a certificate of the CA that signs now', async () => {
      const run = await started(states.S1);
      await expect(ask(run, { trusted: rootB.cert.pem })).rejects.toMatchObject({ code: 'PROBE_FAILED' });
      await run.swap(states.S2);
      await eventually(() => ask(run, { trusted: rootB.cert.pem }));
      await expect(ask(run, { trusted: rootA.cert.pem })).rejects.toMatchObject({ code: 'PROBE_FAILED' });
    });

    it('serves with, and hands out, a leaf that nobody can verify where the chain lacks its issuer', async () => {
      const run = await started(states.S1);
      await run.swap({ ...states.S2, 'cert-chain.pem': states.S1['cert-chain.pem'] ?? '' });
      // Who has the intermediate from elsewhere builds the path that is not presented.
      const trusted = rootsAB + b.cert.pem;
      await eventually(async () => {
        const [leaf = '', ...rest] = await ask(run, { trusted });
        expect(parseCertificate(leaf, 'leaf').x509.checkIssued(b.cert.x509)).toBe(true);
        expect(rest).toEqual([a.cert.pem, rootA.cert.pem, rootsAB]);
      });
      await expect(ask(run)).rejects.toMatchObject({
        code: 'PROBE_FAILED',
        details: { found: expect.stringContaining('unable to verify') as string },
      });
    });

    it('knows clients by certificate as its start did, whatever was loaded since', async () => {
      const run = await started(states.S0);
      expect((await byCertificate(run, a)).certChain[1]).toBe(a.cert.pem);
      await run.swap(states.S1);
      await eventually(async () => expect((await ask(run)).at(-1)).toBe(rootsAB));
      await run.swap(states.S2);
      await eventually(async () => expect((await ask(run))[1]).toBe(b.cert.pem));
      await expect(byCertificate(run, b)).rejects.toMatchObject({ code: 14 });
      expect((await byCertificate(run, a)).certChain[1]).toBe(b.cert.pem);
    });
  });
}

/** Asks without a token, with a leaf of the kind that VMs authenticate with. */
async function byCertificate(run: IstiodRun, issuer: Issuer): Promise<CertificateResponse> {
  const leaf = issueLeaf({ issuer, publicKey: workloadKey, spiffeId, ttlMs: 60_000 });
  const client = new Client(
    `127.0.0.1:${run.port()}`,
    credentials.createSsl(
      Buffer.from(rootsAB),
      Buffer.from(keyPem(workloadKey)),
      Buffer.from(leaf.pem + issuer.cert.pem),
    ),
    { 'grpc.ssl_target_name_override': host, 'grpc.use_local_subchannel_pool': 1 },
  );
  try {
    return await new Promise<CertificateResponse>((resolve, reject) => {
      const answer = (error: ServiceError | null, response?: CertificateResponse): void => {
        if (response === undefined) reject(error ?? new Error('no answer'));
        else resolve(response);
      };
      const { path, requestSerialize, responseDeserialize } = method;
      const request = { csr, validityDuration: 0 };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, answer);
    });
  } finally {
    client.close();
  }
}
