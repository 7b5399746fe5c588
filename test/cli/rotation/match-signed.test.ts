import { describe, expect, it } from 'vitest';
import { matchSigned } from '../../../cli/rotation/match-signed.ts';
import type { SignedFile } from '../../../cli/rotation/signed-files.ts';
import { parseBundle } from '../../../pki/bundle.ts';
import type { Certificate } from '../../../pki/certificate.ts';
import { issueIntermediate } from '../../../pki/issue.ts';
import { certificateKey } from '../../../pki/key-facts.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { localSigner } from '../../../pki/sign.ts';
import { publicKeyInfo } from '../../../pki/tbs.ts';

const root = makeRoot({ commonName: 'Root B' });
const between = makeIntermediate({ issuer: root, commonName: 'Between' });
const below = (commonName: string, issuer = between) => makeIntermediate({ issuer, commonName }).cert;

function fileOf(...certificates: Certificate[]): SignedFile {
  return { path: 'signed.pem', certificates, problems: [], passedOver: undefined };
}

function requestOf(unit: string, certificate: Certificate) {
  return { unit, publicKey: certificateKey(certificate).publicKey, csr: `csr of ${unit}` };
}

/** What is sent for each unit. */
function sent(files: readonly SignedFile[], requests: readonly ReturnType<typeof requestOf>[]) {
  const { brought } = matchSigned(files, { requests, taken: [] });
  const fingerprints = (chain: string) => parseBundle(chain, 'chain').map(({ fingerprint }) => fingerprint);
  return Object.fromEntries(brought.map(({ unit, chain }) => [unit, fingerprints(chain)]));
}

describe('what is sent of a file that holds the certificates of all units', () => {
  it('is for each unit its own and the CAs above it', () => {
    const [one, two, ofOtherMesh] = [below('one'), below('two', root), below('of another mesh')];
    const files = [
      fileOf(root.cert, ofOtherMesh, one, two, between.cert, makeRoot({ commonName: 'Mine' }).cert),
    ];
    expect(sent(files, [requestOf('aks-1', one), requestOf('aks-2', two)])).toEqual({
      'aks-1': [one, between.cert, root.cert].map(({ fingerprint }) => fingerprint),
      'aks-2': [two, root.cert].map(({ fingerprint }) => fingerprint),
    });
  });

  it('is every certificate for its key, with the CAs above each', async () => {
    const first = below('one');
    const { publicKey } = first.x509;
    const second = await issueIntermediate({
      issuer: { cert: root.cert, signer: localSigner(root.key) },
      ...{ subject: Buffer.from('3000', 'hex'), publicKey: publicKeyInfo(publicKey) },
    });
    const files = [fileOf(below('two'), first, between.cert), fileOf(second, root.cert)];
    expect(sent(files, [requestOf('aks-1', first)])).toEqual({
      'aks-1': [first, second, between.cert, root.cert].map(({ fingerprint }) => fingerprint),
    });
  });
});
