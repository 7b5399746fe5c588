import { execFileSync } from 'node:child_process';
import { createPublicKey, sign } from 'node:crypto';
import { toDer } from '../../pki/asn1.ts';
import { fromDerBytes } from '../../pki/certificate.ts';
import { makeKey, type KeyType } from '../../pki/key-types.ts';
import { makeRoot } from '../../pki/make.ts';
import { encodeName } from '../../pki/name.ts';
import { intermediateFields } from '../../pki/profiles.ts';
import { algorithmOf, signed } from '../../pki/sign.ts';
import { publicKeyInfo, tbsOf } from '../../pki/tbs.ts';

/** Of the rate at which node:crypto signs, so much is left when a whole certificate is made. */
const least = 0.8;

/** What `openssl speed` calls each, and how its report of it ends: signatures, then verifications a second. */
const kinds: readonly { readonly keyType: KeyType; readonly speed: string; readonly row: RegExp }[] = [
  { keyType: 'ecdsa-p256', speed: 'ecdsap256', row: /nistp256\).*?([\d.]+) +[\d.]+$/m },
  { keyType: 'ecdsa-p384', speed: 'ecdsap384', row: /nistp384\).*?([\d.]+) +[\d.]+$/m },
  { keyType: 'rsa-2048', speed: 'rsa2048', row: /^rsa 2048 bits.*?([\d.]+) +[\d.]+$/m },
  { keyType: 'rsa-4096', speed: 'rsa4096', row: /^rsa 4096 bits.*?([\d.]+) +[\d.]+$/m },
];

/**
 * Signatures and certificates a second of processor time, as `openssl speed` counts: what else the machine does changes
 * the counts little. Each is the best of several short runs in turn. True where the bound is kept.
 */
export function benchPki(): boolean {
  const columns = ['keys', 'openssl signs', 'node:crypto signs', 'made', 'made and read back'];
  console.log(`| ${columns.join(' | ')} |\n|${' - |'.repeat(columns.length)}`);
  const shares = new Map<KeyType, number>();
  for (const { keyType, speed, row } of kinds) {
    const { signing, made, readBack } = ratesOf(keyType);
    const whole = [opensslRate(speed, row), signing, made, readBack].map((rate) =>
      Math.round(rate).toLocaleString('en'),
    );
    console.log(`| ${[keyType, ...whole].join(' | ')} |`);
    shares.set(keyType, made / signing);
  }
  const share = shares.get('rsa-2048') ?? 0;
  console.log(
    `rsa-2048: certificates are made at ${share.toFixed(2)} of node:crypto's own rate, at least ${least}`,
  );
  return share >= least;
}

function ratesOf(keyType: KeyType): {
  readonly signing: number;
  readonly made: number;
  readonly readBack: number;
} {
  const root = makeRoot({ commonName: 'Root', keyType });
  const subject = toDer(
    encodeName({ commonName: 'Intermediate CA', locality: 'aks-weu-1', organization: 'Istio' }),
  );
  const publicKey = publicKeyInfo(createPublicKey(makeKey(keyType)));
  const algorithm = algorithmOf(root.key);
  const tbs = () => tbsOf(intermediateFields({ subject, publicKey, issuer: root.cert }), algorithm);
  const bytes = tbs();
  const calls = {
    signing: () => sign(algorithm.hash, bytes, root.key),
    made: () => signed(tbs(), root.key),
    readBack: () => fromDerBytes(signed(tbs(), root.key)),
  };
  const best = { signing: 0, made: 0, readBack: 0 };
  for (let round = 0; round < 6; round += 1) {
    best.signing = Math.max(best.signing, rateOf(calls.signing));
    best.made = Math.max(best.made, rateOf(calls.made));
    best.readBack = Math.max(best.readBack, rateOf(calls.readBack));
  }
  return best;
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

function opensslRate(speed: string, row: RegExp): number {
  const said = execFileSync('openssl', ['speed', '-seconds', '1', speed], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const rate = row.exec(said)?.[1];
  if (rate === undefined) throw new Error(`openssl speed ${speed} printed no rate`);
  return Number(rate);
}
