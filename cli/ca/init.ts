import { createPublicKey, type KeyObject } from 'node:crypto';
import { encryptKey } from '../../pki/encrypted-key.ts';
import { rootName } from '../../pki/generation.ts';
import { issueRoot } from '../../pki/issue.ts';
import { generateKey, type KeyType } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { usualDays } from '../../pki/profiles.ts';
import { localSigner } from '../../pki/sign.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag, usage } from '../flags.ts';
import { printMade } from '../render/made.ts';
import { inFolder } from './ca-paths.ts';
import { madeCertificate, madeDocument } from './made.ts';
import {
  backdateFlag,
  daysFlag,
  keyTypeFlag,
  nameText,
  organizationFlag,
  outFlag,
  refuseUnsaid,
} from './make-flags.ts';
import { newPassphrase, passphraseFlags, type PassphraseFlags } from './passphrase.ts';
import { refuseExisting, writeNew } from './write-new.ts';

type Flags = PassphraseFlags &
  Readonly<{
    out: string;
    name?: string;
    organization: string;
    keyType: KeyType;
    days: number;
    backdate: number;
    encrypt: boolean;
  }>;

export const init = command<Flags>({
  brief: 'Make a root: its certificate, and its key behind a passphrase; needs no network',
  examples: [
    ['--out ./root-b', 'asks for a passphrase, and writes root-cert.pem and root-key.pem'],
    ['--out ./root-b --name "Root B" --key-type rsa-4096 --passphrase-file ./passphrase', 'asks nobody'],
  ],
  parameters: {
    flags: {
      out: outFlag,
      name: {
        kind: 'parsed',
        parse: nameText('--name'),
        optional: true,
        brief: 'The CN of the subject; left out, "Root" and the beginning of its key identifier',
        placeholder: 'TEXT',
      },
      organization: organizationFlag,
      keyType: keyTypeFlag,
      days: daysFlag(usualDays.root),
      backdate: backdateFlag,
      ...passphraseFlags,
      encrypt: {
        kind: 'boolean',
        default: true,
        brief: 'Encrypt the key; without it, whoever reads the file has the root',
      },
      output: outputFlag,
    },
    aliases: { o: 'output' },
  },
  async run(context, flags) {
    refuseUnsaid(flags, context.now());
    refuseUnusedPassphrase(flags);
    const paths = { cert: inFolder.root(flags.out), key: inFolder.rootKey(flags.out) };
    await refuseExisting([paths.cert, paths.key]);
    const passphrase = flags.encrypt ? await newPassphrase(context, flags, paths.key) : undefined;
    if (flags.encrypt && passphrase === undefined) return exit.interrupted;
    const key = await generateKey(flags.keyType);
    const cert = await rootOf(key, flags, context.now());
    const text = passphrase === undefined ? keyPem(key) : await encryptKey(key, passphrase);
    context.interrupted.throwIfAborted();
    await writeNew([
      { path: paths.key, text, isSecret: true },
      { path: paths.cert, text: cert.pem },
    ]);
    const holds = passphrase === undefined ? 'privateKey' : 'encryptedPrivateKey';
    const document = madeDocument({
      files: [
        { path: paths.key, holds },
        { path: paths.cert, holds: 'certificate' },
      ],
      certificates: [madeCertificate(cert)],
    });
    printMade(context, document, flags.output);
    context.process.stderr.write(
      `Keep ${paths.key} off line: only meshturn ca sign needs it, and nobody can make it again.\n`,
    );
    return exit.ok;
  },
});

/** Whoever names a passphrase believes that the key will be behind it. */
function refuseUnusedPassphrase({ encrypt, ...flags }: Flags): void {
  const isNamed = [flags.passphraseFile, flags.passphraseFd, flags.passphraseEnv].some(
    (place) => place !== undefined,
  );
  if (isNamed && !encrypt) throw usage('the key', 'a passphrase or --no-encrypt', 'both');
}

function rootOf(key: KeyObject, flags: Flags, now: Date) {
  const publicKey = publicKeyInfo(createPublicKey(key));
  const { name: commonName, organization, days, backdate } = flags;
  return issueRoot({
    signer: localSigner(key),
    name: rootName({ commonName, publicKey, organization }),
    ...{ days, now, backdateMs: backdate * 1000 },
  });
}
