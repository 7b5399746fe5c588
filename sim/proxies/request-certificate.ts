import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { type CertificateRequest, type CertificateResponse, createCertificate } from '../certificate-protocol.ts';

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

/** Sends a CSR over TLS and gRPC; `rootPem` is what the pod has mounted as istio-ca-root-cert. */
export function requestCertificate(o: {
  readonly endpoint: IstiodEndpoint;
  readonly rootPem: string;
  readonly token: string;
  readonly request: CertificateRequest;
}): Promise<readonly string[]> {
  const { endpoint, rootPem, token, request } = o;
  const client = new Client(
    `127.0.0.1:${endpoint.port}`,
    credentials.createSsl(Buffer.from(rootPem)),
    {
      'grpc.ssl_target_name_override': endpoint.host,
      'grpc.default_authority': endpoint.host,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_retries': 0,
    },
  );
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const { path, requestSerialize, responseDeserialize } = createCertificate;
  return new Promise<CertificateResponse>((resolve, reject) => {
    const deadline = Date.now() + patience;
    client.makeUnaryRequest(
      ...([path, requestSerialize, responseDeserialize, request, metadata, { deadline }] as const),
      (error, response) => {
        if (error !== null) reject(error);
        else if (response === undefined) reject(new Error('istiod gave no answer'));
        else resolve(response);
      },
    );
  })
    .then(({ certChain }) => certChain)
    .finally(() => client.close());
}
