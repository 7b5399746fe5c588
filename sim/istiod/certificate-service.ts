import { setImmediate as nextTurn } from 'node:timers/promises';
import { type sendUnaryData, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { certificateBlocks } from '../../pki/certificate.ts';
import { parseCsr } from '../../pki/csr.ts';
import { issueLeaf } from '../../pki/make.ts';
import { Problem } from '../../problems/problem.ts';
import type { CertificateRequest, CertificateResponse } from '../certificate-protocol.ts';
import type { IstiodCa } from './ca.ts';
import type { SigningCa } from './signing-ca.ts';

/** MAX_WORKLOAD_CERT_TTL in hours: what a pod asks for up to that, it gets; beyond it is refused. */
const longestTtl = 90 * 24;

type Call = ServerUnaryCall<CertificateRequest, CertificateResponse>;

/** As @grpc/grpc-js tells it to the caller. */
class Refused extends Error {
  readonly code: status;
  readonly details: string;

  constructor(code: status, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

/** What has been asked of the service and what came of it; shown by /metrics. */
export interface CertificateCounts {
  csr: number;
  issued: number;
  unauthenticated: number;
  signErrors: number;
}

/**
 * CreateCertificate as istiod answers it (security/pkg/server/ca/server.go): the caller's own identity is
 * signed, whatever the request names; chain and roots are taken before the leaf is signed, so that a reload
 * in between hands out a mixed answer.
 */
export class CertificateService {
  readonly counts: CertificateCounts = { csr: 0, issued: 0, unauthenticated: 0, signErrors: 0 };
  readonly #ca: IstiodCa;
  readonly #leafTtl: number;
  readonly #now: () => Date;
  readonly #identityOf: (call: Call) => Promise<string | undefined>;

  constructor(o: {
    readonly ca: IstiodCa;
    /** WORKLOAD_CERT_TTL, in milliseconds. */
    readonly leafTtl: number;
    readonly now: () => Date;
    /** The SPIFFE ID that the caller's token or certificate proves. */
    readonly identityOf: (call: Call) => Promise<string | undefined>;
  }) {
    this.#ca = o.ca;
    this.#leafTtl = o.leafTtl;
    this.#now = o.now;
    this.#identityOf = o.identityOf;
  }

  readonly answer = (call: Call, callback: sendUnaryData<CertificateResponse>): void => {
    this.#answer(call).then((response) => callback(null, response), callback);
  };

  /** Rejects with the status of gRPC that the caller gets. */
  async #answer(call: Call): Promise<CertificateResponse> {
    this.counts.csr += 1;
    const spiffeId = await this.#identityOf(call);
    if (spiffeId === undefined) {
      this.counts.unauthenticated += 1;
      throw new Refused(status.UNAUTHENTICATED, 'request authenticate failure');
    }
    try {
      const response = await this.#sign(call.request, spiffeId);
      this.counts.issued += 1;
      return response;
    } catch (error) {
      this.counts.signErrors += 1;
      const bad = error instanceof RangeError || (error instanceof Problem && error.code === 'BAD_CSR');
      const text = error instanceof Error ? error.message : 'unknown error';
      throw new Refused(bad ? status.INVALID_ARGUMENT : status.INTERNAL, `CSR signing error (${text})`);
    }
  }

  async #sign({ csr, validityDuration }: CertificateRequest, spiffeId: string): Promise<CertificateResponse> {
    const { publicKey } = parseCsr(csr);
    const { chainPem, rootPem }: SigningCa = this.#ca.current;
    await nextTurn();
    if (validityDuration > longestTtl * 3600) {
      const asked = `${validityDuration / 3600}h0m0s`;
      throw new RangeError(`requested TTL ${asked} is greater than the max allowed TTL ${longestTtl}h0m0s`);
    }
    const leaf = issueLeaf({
      issuer: this.#ca.current.issuer,
      publicKey,
      spiffeId,
      ttlMs: validityDuration > 0 ? validityDuration * 1000 : this.#leafTtl,
      now: this.#now(),
    });
    const chain = certificateBlocks(chainPem, 'cert-chain.pem').map((block) => `${block}\n`);
    return { certChain: [leaf.pem, ...chain, rootPem] };
  }
}
