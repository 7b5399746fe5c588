import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { makeCsr } from '../../pki/csr.ts';
import { verifyPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { forwardTo } from '../kube/port-forward.ts';
import { callingForMaybe } from '../kube/problems.ts';
import { createCertificate } from './certificate-service.ts';
import { istiodHost, type ControlPlane } from './control-plane.ts';

/** istiod's TLS port for certificate requests. */
const securePort = 15_012;
/** The leaf's key is thrown away at once; its validity only has to outlast the judgement. */
const validSeconds = 900;

/** What one istiod replica signs with and hands out now, as its answer to a CSR proves. */
export interface ProbeAnswer {
  readonly leafSerial: string;
  /** Its root-cert.pem, in order. */
  readonly roots: readonly Fingerprint[];
  /** Its cert-chain.pem, in order. */
  readonly chain: readonly Fingerprint[];
  /** Undefined where the leaf does not verify through the chain: what peers would say to every leaf of it. */
  readonly signer: Fingerprint | undefined;
  /** Why not, in words. */
  readonly broken: string | undefined;
  /** All of the chain and of the bundle. */
  readonly certificates: readonly Certificate[];
}

/**
 * Sends a CSR to one replica and judges what comes back.
 * @param trusted PEM of roots that its serving certificate may lead to besides istio-ca-root-cert: while the
 *   signer changes, that ConfigMap lags behind
 * @throws Problem PROBE_REFUSED, PROBE_FAILED, or what the way to the pod says
 */
export async function probe(
  client: ClusterClient,
  target: { readonly plane: ControlPlane; readonly pod: string },
  o: { readonly token: string; readonly trusted: string },
): Promise<ProbeAnswer> {
  const { answer, object } = await requestLeaf(client, target, o);
  return judge(answer, object, new Date());
}

/** A leaf as a workload gets it: the texts of istiod's answer, and the key, which must not leave the caller's scope. */
export interface RequestedLeaf {
  /** Leaf first, what it presents, the bundle last. */
  readonly answer: readonly string[];
  readonly key: KeyObject;
  /** Who signed, for errors. */
  readonly object: string;
}

/** Sends a CSR to one replica, with a key made for it. Throws as `probe` does. */
export async function requestLeaf(
  client: ClusterClient,
  target: { readonly plane: ControlPlane; readonly pod: string },
  o: { readonly token: string; readonly trusted: string },
): Promise<RequestedLeaf> {
  const { plane, pod } = target;
  const object = `istiod ${pod} of cluster ${client.name}`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = makeCsr({ key: privateKey });
  const forward = await forwardTo(client, plane.namespace, pod, securePort);
  try {
    const answer = await createCertificate({
      port: forward.port,
      host: istiodHost(plane),
      trusted: o.trusted,
      token: o.token,
      csr,
      validSeconds,
      object,
    });
    return { answer, key: privateKey, object };
  } catch (error) {
    throw forward.problem() ?? error;
  } finally {
    await forward.close();
  }
}

/** Reads an answer: leaf first, what it presents, the bundle last. */
export function judge(answer: readonly string[], object: string, at: Date): ProbeAnswer {
  const leaf = parseBundle(answer[0] ?? '', `${object}: the probe leaf`)[0];
  if (leaf === undefined || answer.length < 2) {
    throw new Problem('PROBE_FAILED', {
      object,
      expected: 'a leaf, its chain and the bundle',
      found: `${answer.length} texts`,
    });
  }
  const presented = answer
    .slice(1, -1)
    .flatMap((pem) => parseBundle(pem, `${object}: the chain it presents`));
  const roots = parseBundle(answer.at(-1) ?? '', `${object}: the bundle it hands out`);
  const result = verifyPath({ leaf, presented, roots, at });
  return {
    leafSerial: leaf.serial,
    roots: roots.map(({ fingerprint }) => fingerprint),
    chain: presented.map(({ fingerprint }) => fingerprint),
    signer: result.ok ? result.path[1]?.fingerprint : undefined,
    broken: result.ok ? undefined : whyBroken(leaf, result.reason, at),
    certificates: [...presented, ...roots],
  };
}

/** No peer whose clock is right takes a leaf from the future. */
function whyBroken({ notBefore }: Certificate, reason: string, at: Date): string {
  const clock = ': the clock of istiod is ahead, or that of the worker behind';
  return `leaf does not verify: ${reason}${notBefore > at ? clock : ''}`;
}

/** What proxies of the control plane's namespace trust istiod by; empty where istiod has not written it. */
export async function trustedByConfigMap(client: ClusterClient, namespace: string): Promise<string> {
  const name = 'istio-ca-root-cert';
  const configMap = await callingForMaybe(`ConfigMap ${namespace}/${name} of cluster ${client.name}`, () =>
    client.core.readNamespacedConfigMap({ namespace, name }),
  );
  return configMap?.data?.['root-cert.pem'] ?? '';
}
