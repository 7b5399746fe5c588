// Has a command issue once this process may open no more files, and writes what comes of it to stdout.
import { openSync } from 'node:fs';
import { askFor } from '../../../activities/issuer/asked.ts';
import { commandIssuer } from '../../../activities/issuer/command.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem } from '../../../pki/make.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
// Opened beforehand: a stream of a process opens what it writes to when it is first asked for.
const { stdout } = process;
const issuer = commandIssuer({
  kind: 'command',
  run: [process.execPath, '-v'],
  folder: '/',
  timeout: 30,
  env: [],
});
try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  // None is left.
}
const told = await issuer.issue(asked, []).catch((error: unknown) => error);
stdout.write(`${String(told)}\n`);
