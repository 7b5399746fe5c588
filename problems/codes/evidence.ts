import type { CodeEntry } from '../code.ts';

/** The store of evidence. */
export const evidenceCodes = {
  EVIDENCE_STORE_UNUSABLE: {
    message: 'evidence can be neither kept nor read there',
    hint: 'let the worker read and write there, or name another place in the fleet file: evidence: { folder: … } or { azureBlob: { url: … } }; then: meshturn rotation retry …',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  EVIDENCE_STORE_FORBIDDEN: {
    message: 'the store of evidence refuses access',
    hint: 'az role assignment create --role "Storage Blob Data Contributor" --assignee … --scope …; then: meshturn rotation retry …',
    exit: 4,
    retryable: false,
    stands: 'keeps',
  },
  EVIDENCE_STORE_MISSING: {
    message: 'there is no such container',
    hint: 'az storage container create --auth-mode login --account-name … --name …; then: meshturn rotation retry …',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  EVIDENCE_STORE_UNAVAILABLE: {
    message: 'the store of evidence gives no answer, or asks to be left alone',
    hint: 'wait, it is tried again; where it lasts, look at the health of the storage account and at the way to it; then: meshturn rotation retry …',
    exit: 1,
    retryable: true,
    stands: 'keeps',
  },
  EVIDENCE_MISSING: {
    message: 'units have proven their step, and the store lacks their evidence',
    hint: 'give all workers one store: a folder that they share, or evidence: { azureBlob: … }; put back what was removed; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  EVIDENCE_INVALID: {
    message: 'a document of evidence is not what was written',
    hint: 'look who changed it; put it back as it was',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
} as const satisfies Record<string, CodeEntry>;
