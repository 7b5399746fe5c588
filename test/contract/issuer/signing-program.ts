// Signs a request below a root, as a corporate CA's client would: `signing-program.ts FOLDER`, request on stdin.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseCertificate } from '../../../pki/certificate.ts';
import { parseCsr } from '../../../pki/csr.ts';
import { issueIntermediate } from '../../../pki/issue.ts';
import { localSigner } from '../../../pki/sign.ts';

const folder = process.argv[2] ?? '';
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const cert = parseCertificate(read('root-cert.pem'), 'root');
const signer = localSigner(createPrivateKey(read('root-key.pem')));
const { subject, publicKeyInfo } = parseCsr(await text(process.stdin));
const issued = await issueIntermediate({ issuer: { cert, signer }, subject, publicKey: publicKeyInfo });
process.stdout.write(issued.pem + cert.pem);
