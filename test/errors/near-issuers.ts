import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptIssued } from '../../activities/issuer/accept.ts';
import { askFor } from '../../activities/issuer/asked.ts';
import { commandIssuer } from '../../activities/issuer/command.ts';
import { rootKeyIssuer } from '../../activities/issuer/root-key.ts';
import { PrivateKey } from '../../activities/private-key.ts';
import { encryptKey } from '../../pki/encrypted-key.ts';
import { makeKey } from '../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../pki/make.ts';
import { keys, passphrase, type NearKey } from './near-keys.ts';

const [key = '', rsaKey = ''] = keys;
const root = makeRoot({ commonName: 'Root B' });
const asked = askFor('aks-1', new PrivateKey(key));

/** A program that does this with a key in the file of its argument. */
function command(name: string, script: string): NearKey {
  return {
    name: `a program that ${name}`,
    fail: async (folder) => {
      const file = join(folder, 'key.pem');
      await writeFile(file, key);
      const run = [
        process.execPath,
        '-e',
        `const key = fs.readFileSync(process.argv[1], 'utf8');${script}`,
        file,
      ];
      return commandIssuer({ kind: 'command', run, folder, timeout: 30, env: [] }).issue(asked, [root.cert]);
    },
  };
}

function rootKey(name: string, text: () => string | Promise<string>, given = passphrase): NearKey {
  return {
    name: `a root's key that is ${name}`,
    fail: async (folder) => {
      const path = join(folder, 'root-key.pem');
      await writeFile(path, await text(), { mode: 0o600 });
      const env = { ROOT_PASSPHRASE: given };
      const issuer = rootKeyIssuer({ kind: 'rootKey', path, passphraseEnv: 'ROOT_PASSPHRASE' }, env);
      return issuer.issue(asked, [root.cert]);
    },
  };
}

/** Of whoever makes intermediates, and of what waits for a certificate. */
export const nearIssuers: readonly NearKey[] = [
  command('says a key and fails', 'process.stderr.write(key); process.exitCode = 1'),
  command('says a key in one line', "process.stderr.write(key.replaceAll('\\n', ' ')); process.exitCode = 1"),
  command('answers with a key', 'process.stdout.write(key)'),
  command(
    'answers with a key in a block of a certificate',
    "process.stdout.write(key.replaceAll('EC PRIVATE KEY', 'CERTIFICATE'))",
  ),
  rootKey('spoilt', () => key.replace(/\n.{10}/, '\nAAAAAAAAAA')),
  rootKey('of no root', () => rsaKey),
  rootKey('under another passphrase', () => encryptKey(makeKey('ecdsa-p256'), 'another'), `${passphrase}!`),
  {
    name: 'a certificate for another key',
    fail: () => {
      const [by, needs] = [{ roots: [root.cert], lasts: {}, at: new Date() }, {}];
      return acceptIssued(asked, [root.cert], { ...by, needs, key: new PrivateKey(keyPem(root.key)) });
    },
  },
];
