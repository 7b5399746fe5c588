/** The reasons of k8s.io/apimachinery pkg/apis/meta/v1 that are in use, with their HTTP codes. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  AlreadyExists: 409,
  Expired: 410,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

export type Reason = keyof typeof codes;

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
}

/** A Status object (kind `Status` of meta/v1), as every error of an API server is sent. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** A request that ends with a Status of failure. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(reason: Reason, message: string, details?: StatusDetails) {
    super(message);
    this.status = failure(codes[reason], reason, message, details);
  }
}

export function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const;
  return { ...head, message, reason, ...(details === undefined ? {} : { details }), code };
}

export function success(details: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details, code: 200 };
}

/** The reason that goes with a code which a fault asks for. */
export function reasonOf(code: number): string {
  return Object.entries(codes).find(([, value]) => value === code)?.[0] ?? 'InternalError';
}

interface Named {
  readonly resource: string;
  readonly group: string;
}

export function notFound({ resource, group }: Named, name: string): ApiError {
  return new ApiError('NotFound', `${qualified(resource, group)} "${name}" not found`, {
    ...{ name, group, kind: resource },
  });
}

export function alreadyExists({ resource, group }: Named, name: string): ApiError {
  return new ApiError('AlreadyExists', `${qualified(resource, group)} "${name}" already exists`, {
    ...{ name, group, kind: resource },
  });
}

export function conflict({ resource, group }: Named, name: string, why = modified): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, group)} "${name}": ${why}`;
  return new ApiError('Conflict', message, { name, group, kind: resource });
}

const modified =
  'the object has been modified; please apply your changes to the latest version and try again';

function qualified(resource: string, group: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}
