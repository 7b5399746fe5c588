import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readCaRequests } from '../../pki/ca-request.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { issueIntermediate } from '../../pki/issue.ts';
import { localSigner } from '../../pki/sign.ts';

/*
 * The program of a small CA, as `issuer: command` runs one:
 *
 *   node sim/issuing/program.ts DIR
 *
 * stdin: a request, PEM. stdout: its certificate, and the root above it. In DIR are root-cert.pem and root-key.pem, which
 * no other program has.
 */
const [directory = ''] = process.argv.slice(2);
const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');

const root = parseCertificate(await read('root-cert.pem'), 'root-cert.pem');
const signer = localSigner(createPrivateKey(await read('root-key.pem')));
for (const { subject, publicKeyInfo } of readCaRequests(await text(process.stdin), 'the request')) {
  const issuer = { cert: root, signer };
  const certificate = await issueIntermediate({ issuer, subject, publicKey: publicKeyInfo });
  process.stdout.write(certificate.pem + root.pem);
}
