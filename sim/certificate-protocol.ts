import protobuf from 'protobufjs/light.js';
import { z } from 'zod';

/*
 * istio.v1.auth of security/v1alpha1/ca.proto. Field 4 of the request, `metadata`, is for impersonation by
 * node agents, which nothing here does: decoding passes over it.
 */
const types = protobuf.Root.fromJSON({
  nested: {
    istio: {
      nested: {
        v1: {
          nested: {
            auth: {
              nested: {
                IstioCertificateRequest: {
                  fields: { csr: { type: 'string', id: 1 }, validityDuration: { type: 'int64', id: 3 } },
                },
                IstioCertificateResponse: {
                  fields: { certChain: { rule: 'repeated', type: 'string', id: 1 } },
                },
              },
            },
          },
        },
      },
    },
  },
});

const requestType = types.lookupType('istio.v1.auth.IstioCertificateRequest');
const responseType = types.lookupType('istio.v1.auth.IstioCertificateResponse');

const request = z.object({ csr: z.string().default(''), validityDuration: z.number().default(0) });
const response = z.object({ certChain: z.array(z.string()).default([]) });

export interface CertificateRequest {
  /** PEM PKCS#10. */
  readonly csr: string;
  /** Seconds; 0 leaves it to istiod. */
  readonly validityDuration: number;
}

export interface CertificateResponse {
  /** Leaf, every certificate of cert-chain.pem, and last the whole of root-cert.pem. */
  readonly certChain: readonly string[];
}

/** The one method of the service, as @grpc/grpc-js takes it for servers and clients. */
export const createCertificate = {
  path: '/istio.v1.auth.IstioCertificateService/CreateCertificate',
  requestStream: false,
  responseStream: false,
  requestSerialize: (value: CertificateRequest): Buffer =>
    Buffer.from(requestType.encode(requestType.fromObject({ ...value })).finish()),
  requestDeserialize: (bytes: Buffer): CertificateRequest =>
    request.parse(requestType.toObject(requestType.decode(bytes), { longs: Number })),
  responseSerialize: (value: CertificateResponse): Buffer =>
    Buffer.from(responseType.encode(responseType.fromObject({ ...value })).finish()),
  responseDeserialize: (bytes: Buffer): CertificateResponse =>
    response.parse(responseType.toObject(responseType.decode(bytes))),
} as const;
