import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';

const method = '/istio.v1.auth.IstioCertificateService/CreateCertificate';
const deadlineMs = 10_000;

/** Field numbers of istio/api security/v1alpha1/ca.proto; field 2 was never used and 4 (metadata) is not needed. */
const requestType = new protobuf.Type('IstioCertificateRequest')
  .add(new protobuf.Field('csr', 1, 'string'))
  .add(new protobuf.Field('validityDuration', 3, 'int64'));
const responseType = new protobuf.Type('IstioCertificateResponse').add(
  new protobuf.Field('certChain', 1, 'string', 'repeated'),
);
const response = z.object({ certChain: z.array(z.string()).default([]) });

export interface CertificateRequest {
  /** On 127.0.0.1, where a port-forward to port 15012 of one replica listens. */
  readonly port: number;
  /** The name that istiod's serving certificate must be for. */
  readonly host: string;
  /** PEM of what its serving certificate must lead to. */
  readonly trusted: string;
  /** Of a ServiceAccount, audience istio-ca. */
  readonly token: string;
  readonly csr: string;
  readonly validSeconds: number;
  /** For errors. */
  readonly object: string;
}

/**
 * Asks one istiod to sign. Returns PEM texts as it answered: the leaf, what it presents, the bundle last.
 * @throws Problem PROBE_REFUSED where it does not accept the token, PROBE_FAILED otherwise
 */
export async function createCertificate(request: CertificateRequest): Promise<readonly string[]> {
  const client = new Client(
    `127.0.0.1:${request.port}`,
    credentials.createSsl(Buffer.from(request.trusted)),
    {
      'grpc.ssl_target_name_override': request.host,
      'grpc.default_authority': request.host,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
      // A connection of an earlier probe may end at another replica.
      'grpc.use_local_subchannel_pool': 1,
    },
  );
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${request.token}`);
  try {
    return await new Promise<readonly string[]>((resolve, reject) => {
      client.makeUnaryRequest(
        method,
        encode,
        decode,
        { csr: request.csr, validityDuration: request.validSeconds },
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error, answer) => {
          if (error !== null) reject(asProbeProblem(error, request.object));
          else resolve(answer?.certChain ?? []);
        },
      );
    });
  } finally {
    client.close();
  }
}

function encode(request: { csr: string; validityDuration: number }): Buffer {
  return Buffer.from(requestType.encode(requestType.create(request)).finish());
}

function decode(bytes: Buffer): z.output<typeof response> {
  return response.parse(responseType.toObject(responseType.decode(bytes)));
}

function asProbeProblem(error: ServiceError, object: string): Problem {
  const refused = error.code === status.UNAUTHENTICATED || error.code === status.PERMISSION_DENIED;
  // The library ends with a note that is empty where the name was resolved.
  const found = error.details.replace(/ Resolution note: $/, '');
  return new Problem(refused ? 'PROBE_REFUSED' : 'PROBE_FAILED', { object, found });
}
