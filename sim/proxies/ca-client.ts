import { Client, credentials, Metadata } from '@grpc/grpc-js';
import {
  type CertificateRequest,
  type CertificateResponse,
  createCertificate,
} from '../certificate-protocol.ts';

/** A ready istiod replica as an agent reaches it. */
export interface IstiodEndpoint {
  readonly pod: string;
  /** The name that its certificate must have. */
  readonly host: string;
  /** On loopback. */
  readonly port: number;
}

/** How long an agent waits for an answer. */
const patience = 5_000;

/**
 * The agent's connection to the CA. It is kept from one CSR to the next, as the real agent keeps its own, so
 * that an istiod whose serving certificate went bad still gets requests over connections from before.
 */
export class CaClient {
  readonly pod: string;
  readonly #client: Client;

  /** `rootPem` is what the pod has mounted as istio-ca-root-cert when it connects. */
  constructor({ pod, host, port }: IstiodEndpoint, rootPem: string) {
    this.pod = pod;
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createSsl(Buffer.from(rootPem)), {
      'grpc.ssl_target_name_override': host,
      'grpc.default_authority': host,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_retries': 0,
    });
  }

  async sign(request: CertificateRequest, token: string): Promise<readonly string[]> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    const { path, requestSerialize, responseDeserialize } = createCertificate;
    const { certChain } = await new Promise<CertificateResponse>((resolve, reject) => {
      const deadline = Date.now() + patience;
      this.#client.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize, request, metadata, { deadline }] as const),
        (error, response) => {
          if (error !== null) reject(error);
          else if (response === undefined) reject(new Error('istiod gave no answer'));
          else resolve(response);
        },
      );
    });
    return certChain;
  }

  close(): void {
    this.#client.close();
  }
}
