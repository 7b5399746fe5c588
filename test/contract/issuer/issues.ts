import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaSource } from '../../../activities/ca-source.ts';
import type { Activities, UnitRef } from '../../../activities/contract.ts';
import { createIssuerActivities } from '../../../activities/issuer/activities.ts';
import type { IssuedCa, IssuerActivities, Lasting } from '../../../activities/issuer/contract.ts';
import { onlineIssuer } from '../../../activities/issuer/issuer.ts';
import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { stagedName } from '../../../activities/key-vault/staged-set.ts';
import { createSourceActivities } from '../../../activities/source-activities.ts';
import { intermediateName } from '../../../pki/generation.ts';
import { checkCaSet } from '../../../pki/ca-set.ts';
import { makeRoot } from '../../../pki/make.ts';
import { publicKeyInfo } from '../../../pki/tbs.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import type { Signer } from '../../../rotation/trust.ts';
import type { CertRequest } from '../../../rotation/requests.ts';
import { a, openBench, refOf, unit, type Bench } from '../../activities/key-vault/bench.ts';
import { objects } from '../../support/csi-world.ts';
import type { IssuerWorld } from './world.ts';

const ref: UnitRef = { fleet: 'prod', mesh: 'payments', unit, controlPlanes: [unit] };
const rotationId = 'rot-1';

/** What every issuer does: the same from a rotation's first look to the set that istiod signs with. */
export function issues(open: () => Promise<IssuerWorld>): void {
  describe('makes a new intermediate', () => {
    let world: IssuerWorld;
    let bench: Bench;
    let ca: IssuedCa;
    let activities: IssuerActivities & Pick<Activities, 'inspectCa' | 'writeSource'>;

    beforeEach(async () => {
      world = await open();
      bench = await openBench();
      const directory = await mkdtemp(join(tmpdir(), 'meshturn-issuer-'));
      await writeFile(join(directory, 'root-cert.pem'), world.root.pem);
      const { kind } = world.issuer;
      if (kind === 'files') throw new Error('expected an issuer');
      ca = { kind: 'root', directory, issuer: kind };
      const sources = { of: (): Promise<CaSource> => Promise.resolve(bench.source) };
      const issuers = {
        issuerOf: () => ({
          kind,
          online: onlineIssuer(world.issuer, new VaultCredentials()),
        }),
      };
      const names = {
        namesOf: () => ({ trustDomain: 'cluster.local', istiods: [{ namespaces: ['mesh-system'] }] }),
      };
      activities = {
        ...createSourceActivities({
          sources,
          names,
          issuers,
        }),
        ...createIssuerActivities({ sources, issuers, names }),
      };
    });

    afterEach(async () => {
      await bench.close();
      await world.close();
    });

    const inspect = () => activities.inspectCa({ ...ref, ca, units: [ref], rotationId });
    const stage = (
      of: { rotationId?: string; ca?: IssuedCa; takeOver?: boolean } = {},
      lasts: Lasting = { rotation: 3_600 },
    ) => {
      const named = { ...ref, lasts };
      return activities.stageCas({ fleet: ref.fleet, mesh: ref.mesh, rotationId, ca, ...of, units: [named] });
    };
    const staged = () => bench.vault.store.get(stagedName(objects)).value;
    const keyIn = (text: string) => text.split(/(?=-----BEGIN CERTIFICATE)/)[0] ?? '';

    /** Stages, and brings the certificate where nobody issues it at once. */
    async function obtain(days?: number): Promise<CertRequest | undefined> {
      const { requests } = await stage();
      const [request] = requests;
      expect(request === undefined).toBe(world.sign === undefined);
      if (request !== undefined && world.sign !== undefined)
        await bring(request, await world.sign(request.csr, days));
      return request;
    }

    const bring = ({ publicKey }: CertRequest, chain: string, lasts: Lasting = { rotation: 3_600 }) =>
      activities.acceptCertificate({ ...ref, rotationId, ca, publicKey, chain, lasts });

    /** Writes what a rotation has staged, and resolves with what then signs. */
    async function write(of: string): Promise<Signer | undefined> {
      const staging = { ...ref, ca, units: [ref], rotationId: of };
      const { signers, roots } = await activities.inspectCa(staging);
      const signer = signers[unit];
      await activities.writeSource({
        ...{ ...refOf('replace-all', of), ca, from: { roots: [a.root], signer: a.signer } },
        write: {
          roots: [a.root, ...roots],
          chain: signer?.chain ?? [],
          signer: signer?.fingerprint ?? '',
        },
      });
      return signer;
    }

    it('that is exactly what was asked for, below the root, and finds it again', async () => {
      await obtain();
      const before = staged();
      const wanted = await inspect();
      const cert = parseCertificate(
        before.slice(keyIn(before).length).split(/(?<=END CERTIFICATE-----\n)/)[0] ?? '',
        'staged',
      );
      const publicKey = publicKeyInfo(cert.x509.publicKey);
      const { commonName, locality, organization } = intermediateName({
        unit,
        publicKey,
        organization: 'Istio',
      });
      expect(cert.subject).toBe(`CN=${commonName},L=${locality},O=${organization}`);
      expect(cert).toMatchObject({ isCa: true, pathLength: 0 });
      expect(wanted.signers[unit]).toMatchObject({
        fingerprint: cert.fingerprint,
        root: world.root.fingerprint,
      });
      expect(await stage()).toEqual({ requests: [] });
      expect(staged()).toBe(before);
      expect(await inspect()).toEqual(wanted);
    });

    it('with a key that was there before anybody was asked, and is the same when it is asked again', async () => {
      await stage();
      const key = keyIn(staged());
      const [first] = bench.vault.store.versions(stagedName(objects));
      expect(first?.value).toBe(key);
      await obtain();
      expect(keyIn(staged())).toBe(key);
    });

    it('whose set istiod is given, and no key in what the activities give back', async () => {
      await obtain();
      const { signers, roots } = await inspect();
      const signer = signers[unit];
      if (signer === undefined) throw new Error('no signer');
      const write = {
        roots: [a.root, ...roots],
        chain: [...a.chain, ...signer.chain],
        signer: signer.fingerprint,
      };
      const from = { roots: [a.root], signer: a.signer };
      const evidence = await activities.writeSource({ ...refOf('replace-all', rotationId), write, ca, from });
      expect(evidence.written).toEqual(['root', 'chain', 'key', 'cert']);
      const text = (name: string) => bench.vault.store.get(name).value;
      const set = {
        ...{ root: text(objects.root), cert: text(objects.cert) },
        ...{ key: text(objects.key), chain: text(objects.chain) },
      };
      const facts = checkCaSet(set, { object: 'the set in use', at: new Date() });
      expect(facts.path.at(-1)?.fingerprint).toBe(world.root.fingerprint);
      expect(set.key).toBe(keyIn(staged()));
      expect(JSON.stringify([evidence, signers])).not.toContain('BEGIN');
    });

    it('that can no longer be read once the rotation has disposed of it', async () => {
      await obtain();
      await activities.disposeStaged({ ...ref, rotationId });
      for (const { attributes } of bench.vault.store.versions(stagedName(objects))) {
        expect(attributes.enabled).toBe(false);
      }
      await expect(inspect()).rejects.toMatchObject({ code: 'STAGED_SET_MISSING' });
    });

    it('once and no more where the unit signs below the wanted root already', async () => {
      await obtain();
      const signer = await write(rotationId);
      await activities.disposeStaged({ ...ref, rotationId });
      const next = 'rot-2';
      expect(await stage({ rotationId: next })).toEqual({ requests: [] });
      const again = await activities.inspectCa({ ...ref, ca, units: [ref], rotationId: next });
      expect(again.signers[unit]).toEqual(signer);
    });

    it('anew for the same key where what was issued would be refused by now', async () => {
      const first = await obtain(7);
      const key = keyIn(staged());
      const before = (await inspect()).signers[unit]?.fingerprint;
      if (first === undefined || world.sign === undefined) {
        // Asked again, it issues another that lasts no longer.
        const code = 'CERT_OUTLIVED_BY_LEAVES';
        await expect(stage({}, { leaf: 731 * 86_400 })).rejects.toMatchObject({ code });
        expect((await inspect()).signers[unit]?.fingerprint).toBe(before);
        return;
      }
      const longer = { rotation: 8 * 86_400 };
      const { requests } = await stage({}, longer);
      expect(requests).toMatchObject([{ unit, publicKey: first.publicKey }]);
      const short = bring(first, await world.sign(first.csr, 7), longer);
      await expect(short).rejects.toMatchObject({ code: 'EXPIRES_BEFORE_END' });
      const chain = await world.sign(first.csr);
      const { fingerprint } = await bring(first, chain, longer);
      const puts = bench.vault.requests.count('PUT');
      expect(await bring(first, chain, longer)).toEqual({ fingerprint });
      expect(bench.vault.requests.count('PUT')).toBe(puts);
      expect(keyIn(staged())).toBe(key);
      expect((await inspect()).signers[unit]?.fingerprint).toBe(fingerprint);
      expect(fingerprint).not.toBe(before);
      expect(await stage({}, longer)).toEqual({ requests: [] });
    });

    it('once and no more where its rotation is lost and another takes over', async () => {
      const first = await stage();
      const next = { rotationId: 'rot-2', takeOver: true };
      await expect(stage({ rotationId: 'rot-2' })).rejects.toMatchObject({ code: 'HELD_BY_OTHER_ROTATION' });
      const { requests } = await stage(next);
      expect(requests.map(({ publicKey }) => publicKey)).toEqual(
        first.requests.map(({ publicKey }) => publicKey),
      );
      for (const request of requests) {
        const chain = (await world.sign?.(request.csr)) ?? '';
        await activities.acceptCertificate({
          ...{ ...ref, ca, rotationId: 'rot-2', chain, lasts: {} },
          publicKey: request.publicKey,
        });
      }
      const signer = await write('rot-2');
      // An intermediate rotation that is lost after its write has given the unit what it was to give it.
      const renewed = { ca: { ...ca, kind: 'intermediate' }, rotationId: 'rot-3' } as const;
      const before = await activities.inspectCa({ ...ref, ca: renewed.ca, units: [ref] });
      expect(before).toMatchObject({ stagedBy: { [unit]: 'rot-2' }, signers: { [unit]: signer } });
      expect(before.certificates.filter(({ toBeIssued }) => toBeIssued)).toEqual([]);
      expect(await stage({ ...renewed, takeOver: true })).toEqual({ requests: [] });
      const again = await activities.inspectCa({ ...ref, ...renewed, units: [ref] });
      expect(again.signers[unit]).toEqual(signer);
    });

    it('of which a plan knows the root before there is anything, and writes nothing', async () => {
      const { signers, certificates } = await activities.inspectCa({ ...ref, ca, units: [ref] });
      const fact = certificates.find(({ fingerprint }) => fingerprint === signers[unit]?.fingerprint);
      expect(fact).toMatchObject({ toBeIssued: true, issuer: world.root.subject, serial: '' });
      expect(signers[unit]?.root).toBe(world.root.fingerprint);
      expect(bench.vault.requests.count('PUT')).toBe(0);
    });

    // Where the roots stay, they are those of the CA source.
    it.each(['root', 'intermediate'] as const)(
      'by no key of another root, which a plan of %s finds out where the key is at hand',
      async (kind) => {
        await writeFile(join(ca.directory, 'root-cert.pem'), makeRoot({ commonName: 'Root C' }).cert.pem);
        const planned = await activities
          .inspectCa({ ...ref, ca: { ...ca, kind }, units: [ref] })
          .catch((error: unknown) => error);
        const hasKey = world.issuer.kind === 'rootKey' || world.issuer.kind === 'keyVaultKey';
        expect(planned).toMatchObject(hasKey ? { code: 'ISSUER_KEY_UNUSABLE' } : { kind });
        expect(bench.vault.requests.count('PUT')).toBe(0);
      },
    );

    it('of which a plan says beforehand that what another rotation has staged is in its way', async () => {
      const plan = () => activities.inspectCa({ ...ref, ca, units: [ref] });
      expect((await plan()).stagedBy).toBeUndefined();
      await obtain();
      expect((await plan()).stagedBy).toEqual({ [unit]: rotationId });
      await activities.disposeStaged({ ...ref, rotationId });
      expect((await plan()).stagedBy).toBeUndefined();
    });

    it('for no rotation that another fleet file has begun', async () => {
      const other = ca.issuer === 'command' ? 'offline' : 'command';
      await expect(stage({ ca: { ...ca, issuer: other } })).rejects.toMatchObject({ code: 'ISSUER_DIFFERS' });
    });
  });
}
