import { type CodeEntry } from '../code.ts';

/** istiod: what it loads, refuses and serves. */
export const istiodCodes = {
  SELF_SIGNED_MESH: {
    message: 'istiod signs with a self-signed CA, and a live mesh cannot be moved from it to a plugged-in CA',
    hint: 'disable the mesh and enable it again with the plug-in CA inputs (az aks mesh enable --root-cert-object-name …)',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
