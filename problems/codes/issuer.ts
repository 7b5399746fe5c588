import type { CodeEntry } from '../code.ts';

/** Who makes the intermediates of a new CA, and where they wait. */
export const issuerCodes = {
  ISSUER_DIFFERS: {
    message: 'the fleet file of the worker names another issuer than the rotation was started with',
    hint: 'give the command line and all workers the same fleet file, and restart the workers',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  ISSUER_KEY_UNUSABLE: {
    message: 'the new intermediates cannot be signed with it',
    hint: 'give the worker the key of the root in root-cert.pem or, where only intermediates are new, of a root in use',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  ISSUER_FAILED: {
    message: 'it issued no certificate',
    hint: 'run it by hand with a request on its stdin, and mend what it says; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  CERTIFICATE_NOT_AS_ASKED: {
    message: 'it is not what was asked for',
    hint: 'have the request signed as it is: its subject, its key, CA:TRUE and pathlen:0, below a root of the mesh',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  CERTIFICATE_UNANSWERED: {
    message: 'whether it is taken is not known yet',
    hint: 'the rotation goes on with it: submit it again, which tells what became of it',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  CERTIFICATE_NOT_REQUESTED: {
    message: 'no request of the rotation waits for it',
    hint: 'see what waits: meshturn rotation requests -f FILE --mesh MESH --out DIR',
    exit: 65,
    retryable: false,
    stands: 'keeps',
  },
  KEYS_LEFT: {
    message: 'a key that the rotation has made may still be enabled beside the CA source',
    hint: 'az keyvault secret list-versions --vault-name VAULT --name CA_KEY-meshturn-next --query "[?attributes.enabled].id" -o tsv | xargs -n 1 az keyvault secret set-attributes --enabled false --id',
    exit: 1,
    retryable: false,
    stands: 'keeps',
    warns: true,
  },
  STAGED_SETS_LEFT: {
    message: 'a rotation that was at its end has left new CAs beside CA sources which sign with them',
    hint: 'see: meshturn rotation list; where that rotation is no more, dispose of them: az keyvault secret list-versions --vault-name VAULT --name CA_KEY-meshturn-next --query "[?attributes.enabled].id" -o tsv | xargs -n 1 az keyvault secret set-attributes --enabled false --id; where new ones are to be made besides, then start again, or: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  STAGED_SET_MISSING: {
    message: 'the new CA that this rotation has put there is gone',
    hint: 'enable what others have disabled, or recover what they have deleted; what still lacks is made anew by: meshturn rotation retry …',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  STAGED_SET_UNREADABLE: {
    message: 'it is no new CA that a rotation has put there',
    hint: 'others have written to it: abort the rotation, disable their versions of the object, and start it again',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
} as const satisfies Record<string, CodeEntry>;
