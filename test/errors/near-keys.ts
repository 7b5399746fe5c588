import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RestError } from '@azure/keyvault-secrets';
import { ApiException } from '@kubernetes/client-node';
import { asBlobProblem } from '../../activities/evidence/blob-problems.ts';
import { asVaultProblem } from '../../activities/key-vault/problems.ts';
import { asProblem } from '../../activities/kube/problems.ts';
import { readNewCa } from '../../activities/new-ca/read-new-ca.ts';
import { verifyFolder } from '../../activities/new-ca/verify-folder.ts';
import { loadFleet } from '../../fleet/load.ts';
import { readCaRequests } from '../../pki/ca-request.ts';
import { checkCaSet, keyMatches, type CaSet } from '../../pki/ca-set.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { parseCsr } from '../../pki/csr.ts';
import { encryptKey, openKey } from '../../pki/encrypted-key.ts';
import { issueIntermediate } from '../../pki/issue.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';
import { recognise } from '../../pki/recognise.ts';
import { localSigner } from '../../pki/sign.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { Problem } from '../../problems/problem.ts';
import { writeNewCa } from '../../sim/new-ca.ts';
import { runTied } from '../../worker/run-tied.ts';

/** All that may not be told. */
export const passphrase = 'correct-horse-battery';
const root = makeRoot({ commonName: 'Root' });
const signer = makeIntermediate({ issuer: root, commonName: 'Signer' });
const rsa = makeIntermediate({ issuer: root, commonName: 'RSA', keyType: 'rsa-2048' });
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
export const keys = [signer.key, rsa.key, p521].map((key) =>
  key === p521 ? key.export({ type: 'pkcs8', format: 'pem' }).toString() : keyPem(key),
);
const [key = '', rsaKey = ''] = keys;
const spoilt = key.replace(/\n.{10}/, '\nAAAAAAAAAA');
const sound: CaSet = { root: root.cert.pem, cert: signer.cert.pem, key, chain: signer.cert.pem };

/** A failure of an operation that has a key within its reach. */
export interface NearKey {
  readonly name: string;
  readonly fail: (folder: string) => unknown;
}

function throwing(name: string, fail: NearKey['fail']): NearKey {
  return { name, fail };
}

/** Answers that say again what was sent, as a proxy in between may: the SDK keeps the request besides. */
const statuses = [undefined, 400, 401, 403, 404, 408, 409, 413, 429, 500];
const sent = JSON.stringify({ value: key, tags: {} });

function restError(statusCode?: number): RestError {
  const error = new RestError(`refused: ${sent} ${key}`, statusCode === undefined ? {} : { statusCode });
  return Object.assign(error, { request: { body: sent, url: 'https://kv' }, details: { value: key } });
}

const call = { url: 'https://kv-a.vault.azure.net', secret: 'ca-key', right: 'set' } as const;

async function folderWith(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  await writeNewCa(folder, {
    root,
    units: new Map([
      ['aks-1', signer],
      ['aks-2', rsa],
    ]),
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const units = ['aks-1', 'aks-2'].map((unit) => ({ unit, currentRoots: [] }));

/** One row a way in which something may fail while a key is at hand. */
export const nearKeys: readonly NearKey[] = [
  throwing('a key that is cut off', () => openKey(key.slice(0, 150), undefined, 'ca-key.pem')),
  throwing('a spoilt key', () => openKey(spoilt, undefined, 'ca-key.pem')),
  throwing('a wrong passphrase', async () =>
    openKey(await encryptKey(signer.key, passphrase), `${passphrase}!`, 'key'),
  ),
  throwing('a spoilt key beside its certificate', () => keyMatches(signer.cert, spoilt)),
  throwing('a key in place of a certificate', () => parseCertificate(key, 'ca-cert.pem')),
  throwing('a key in a block of a certificate', () =>
    parseCertificate(key.replaceAll('EC PRIVATE KEY', 'CERTIFICATE'), 'x'),
  ),
  throwing('a key in place of a request', () => parseCsr(key)),
  throwing('a key in a block of a request', () =>
    readCaRequests(key.replaceAll('EC PRIVATE KEY', 'CERTIFICATE REQUEST'), 'x'),
  ),
  throwing('a key that may not sign', () => localSigner(p521)),
  throwing('another key than the CA has', () =>
    issueIntermediate({
      issuer: { cert: root.cert, signer: localSigner(signer.key) },
      ...{ subject: Buffer.from('3000', 'hex'), publicKey: publicKeyInfo(rsa.key) },
    }),
  ),
  ...(
    [
      ['another key', { key: rsaKey }],
      ['a spoilt key', { key: spoilt }],
      ['two keys', { key: key + rsaKey }],
      ['key and certificate swapped', { key: sound.cert, cert: key }],
      ['a key in the chain', { chain: sound.chain + key }],
      ['a key as the root', { root: key }],
      ['a key in base64', { key: Buffer.from(key).toString('base64') }],
    ] as const
  ).map(([name, files]) =>
    throwing(`a set with ${name}`, () =>
      checkCaSet({ ...sound, ...files }, { object: 'the set', at: new Date(), of: 'new' }),
    ),
  ),
  throwing('findings of a text', () => {
    throw new AggregateError(
      recognise(Buffer.from(spoilt + sound.cert + key), 'a text').findings,
      'findings',
    );
  }),
  throwing('several wrong files of a new CA', async (folder) =>
    readNewCa(
      {
        kind: 'root',
        directory: await folderWith(folder, { 'aks-1/ca-key.pem': rsaKey, 'aks-2/cert-chain.pem': key }),
      },
      units,
    ),
  ),
  throwing('what ca verify finds', async (folder) => {
    const files = { 'aks-1/ca-key.pem': spoilt, 'aks-2/cert-chain.pem': key, 'root-cert.pem': rsaKey };
    const sets = await verifyFolder(await folderWith(folder, files), { at: new Date(), needs: {} });
    throw new AggregateError(
      sets.flatMap(({ findings }) => findings.map(({ problem }) => problem)),
      'findings',
    );
  }),
  throwing('a key in place of a fleet file', async (folder) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'fleet.yaml'), `name: ${key}`);
    return loadFleet(join(folder, 'fleet.yaml'));
  }),
  ...statuses.map((status) =>
    throwing(`a write that a vault answers with ${status}`, () => {
      throw asVaultProblem(restError(status), call);
    }),
  ),
  throwing('a write that fails before it is sent', () => {
    throw asVaultProblem(new TypeError(`fetch of ${sent}`, { cause: { body: sent } }), call);
  }),
  throwing('a credential that fails', () => {
    throw asVaultProblem(Object.assign(new Error(sent), { name: 'CredentialUnavailableError' }), call);
  }),
  ...statuses.map((status) =>
    throwing(`evidence that a store answers with ${status}`, () => {
      throw asBlobProblem(restError(status), 'https://a.blob.core.windows.net/evidence');
    }),
  ),
  throwing('evidence that is not sent', () => {
    throw asBlobProblem(new TypeError(`fetch of ${sent}`), 'https://a.blob.core.windows.net/evidence');
  }),
  ...[400, 403, 404, 409, 422, 500].map((status) =>
    throwing(`a Secret that an API server answers with ${status}`, () => {
      const body = { kind: 'Secret', data: { 'ca-key.pem': Buffer.from(key).toString('base64') } };
      throw asProblem(new ApiException(status, 'refused', JSON.stringify(body), {}), 'Secret cacerts');
    }),
  ),
  throwing('a program that fails with one in its environment', () =>
    runTied(['sh', '-c', 'exit 3'], { environment: { ...process.env, KEY: key } }),
  ),
  throwing('a problem that was caused by one', () => {
    throw new Problem('BAD_KEY', { object: 'ca-key' }, { cause: asVaultProblem(restError(400), call) });
  }),
];
