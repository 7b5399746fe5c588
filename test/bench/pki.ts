import { execFileSync } from 'node:child_process';
import { createPublicKey, sign } from 'node:crypto';
import { toDer } from '../../pki/asn1.ts';
import { checkCaSet } from '../../pki/ca-set.ts';
import { fromDerBytes } from '../../pki/certificate.ts';
import { makeKey, type KeyType } from '../../pki/key-types.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../pki/make.ts';
import { encodeName } from '../../pki/name.ts';
import { verifyPath } from '../../pki/path.ts';
import { intermediateFields } from '../../pki/profiles.ts';
import { algorithmOf, signed } from '../../pki/sign.ts';
import { publicKeyInfo, tbsOf } from '../../pki/tbs.ts';

/** Of the rate at which node:crypto signs, so much is left when a whole certificate is made. */
const least = 0.8;

/** What `openssl speed` calls each, and how its report of it ends: signatures, then verifications a second. */
const kinds: readonly { readonly keyType: KeyType; readonly speed: string; readonly row: RegExp }[] = [
  { keyType: 'ecdsa-p256', speed: 'ecdsap256', row: /nistp256\).*?([\d.]+) +([\d.]+)$/m },
  { keyType: 'ecdsa-p384', speed: 'ecdsap384', row: /nistp384\).*?([\d.]+) +([\d.]+)$/m },
  { keyType: 'rsa-2048', speed: 'rsa2048', row: /^rsa 2048 bits.*?([\d.]+) +([\d.]+)$/m },
  { keyType: 'rsa-4096', speed: 'rsa4096', row: /^rsa 4096 bits.*?([\d.]+) +([\d.]+)$/m },
];

/**
 * Signatures, certificates and sets a second of processor time, as `openssl speed` counts: what else the machine does
 * changes the counts little. Each is the best of several short runs in turn. True where the bound is kept.
 */
export function benchPki(): boolean {
  const columns = [
    ...['keys', 'openssl signs', 'node:crypto signs', 'made', 'made and read back'],
    ...['openssl verifies', 'paths verified', 'sets checked'],
  ];
  console.log(`| ${columns.join(' | ')} |\n|${' - |'.repeat(columns.length)}`);
  const shares = new Map<KeyType, number>();
  for (const { keyType, speed, row } of kinds) {
    const { signing, made, readBack, verified, checked } = ratesOf(keyType);
    const openssl = opensslRates(speed, row);
    const rates = [openssl.signs, signing, made, readBack, openssl.verifies, verified, checked];
    const whole = rates.map((rate) => Math.round(rate).toLocaleString('en'));
    console.log(`| ${[keyType, ...whole].join(' | ')} |`);
    shares.set(keyType, made / signing);
  }
  const share = shares.get('rsa-2048') ?? 0;
  console.log(
    `rsa-2048: certificates are made at ${share.toFixed(2)} of node:crypto's own rate, at least ${least}`,
  );
  return share >= least;
}

const measured = ['signing', 'made', 'readBack', 'verified', 'checked'] as const;

function ratesOf(keyType: KeyType): Record<(typeof measured)[number], number> {
  const calls = callsOf(keyType);
  const best = { signing: 0, made: 0, readBack: 0, verified: 0, checked: 0 };
  for (let round = 0; round < 6; round += 1) {
    for (const name of measured) best[name] = Math.max(best[name], rateOf(calls[name]));
  }
  return best;
}

/** Of an intermediate below a root, all keys of one kind. */
function callsOf(keyType: KeyType): Record<(typeof measured)[number], () => unknown> {
  const root = makeRoot({ commonName: 'Root', keyType });
  const subject = toDer(
    encodeName({ commonName: 'Intermediate CA', locality: 'aks-weu-1', organization: 'Istio' }),
  );
  const publicKey = publicKeyInfo(createPublicKey(makeKey(keyType)));
  const algorithm = algorithmOf(root.key);
  const tbs = () => tbsOf(intermediateFields({ subject, publicKey, issuer: root.cert }), algorithm);
  const bytes = tbs();
  const { cert, key } = makeIntermediate({ issuer: root, commonName: 'Intermediate CA', keyType });
  const set = { root: root.cert.pem, cert: cert.pem, key: keyPem(key), chain: cert.pem + root.cert.pem };
  const at = new Date();
  return {
    signing: () => sign(algorithm.hash, bytes, root.key),
    made: () => signed(tbs(), root.key),
    readBack: () => fromDerBytes(signed(tbs(), root.key)),
    // One that nothing is known of yet.
    verified: () => verifyPath({ leaf: { ...cert }, presented: [], roots: [root.cert], at }),
    checked: () => checkCaSet(set, { object: 'set', at }),
  };
}

/** Milliseconds of processor time that one run takes. */
const runLength = 250;

function rateOf(call: () => unknown): number {
  const begin = busy();
  let count = 0;
  let spent = 0;
  while (spent < runLength) {
    call();
    count += 1;
    spent = busy() - begin;
  }
  return (count / spent) * 1000;
}

function busy(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function opensslRates(speed: string, row: RegExp): { readonly signs: number; readonly verifies: number } {
  const said = execFileSync('openssl', ['speed', '-seconds', '1', speed], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const [, signs, verifies] = row.exec(said) ?? [];
  if (signs === undefined || verifies === undefined)
    throw new Error(`openssl speed ${speed} printed no rates`);
  return { signs: Number(signs), verifies: Number(verifies) };
}
