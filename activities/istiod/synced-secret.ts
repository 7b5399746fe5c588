import { parseBundle } from '../../pki/bundle.ts';
import { keyMatches } from '../../pki/ca-set.ts';
import { Problem } from '../../problems/problem.ts';
import { sameList, type Fingerprint } from '../../rotation/trust.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { calling } from '../kube/problems.ts';
import type { AwaitedSource } from './awaited-source.ts';

/**
 * What a Secret in istiod format lacks of the set that the source holds, in words; undefined where it has all
 * of it. The private key is compared here and goes nowhere.
 * @throws Problem SOURCE_CHANGED_BY_OTHER
 */
export async function secretHolds(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  source: AwaitedSource,
): Promise<string | undefined> {
  const reading = await source.demandUnchanged();
  const object = `Secret ${namespace}/${name} of cluster ${client.name}`;
  const secret = await calling(object, () => client.core.readNamespacedSecret({ namespace, name }));
  const text = (file: string) => Buffer.from(secret.data?.[file] ?? '', 'base64').toString('utf8');
  const held = (file: string) => parseBundle(text(file), `${file} of ${object}`);
  const has = (file: string, wanted: readonly Fingerprint[]) =>
    sameList(
      held(file).map(({ fingerprint }) => fingerprint),
      wanted,
    );
  const { roots, chain, signer } = reading.observed;
  if (!has('root-cert.pem', roots)) return 'old root-cert.pem';
  if (!has('cert-chain.pem', chain)) return 'old cert-chain.pem';
  if (signer === undefined) {
    throw new Problem('KEY_MISMATCH', { object: source.object });
  }
  const [cert] = held('ca-cert.pem');
  if (cert?.fingerprint !== signer.fingerprint) return 'old ca-cert.pem';
  return keyMatches(cert, text('ca-key.pem')) ? undefined : 'old ca-key.pem';
}
