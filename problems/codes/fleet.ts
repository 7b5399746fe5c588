import type { CodeEntry } from '../code.ts';

/** The fleet file and folders of new CAs. */
export const fleetCodes = {
  FLEET_FILE_INVALID: {
    message: 'the fleet file is not valid',
    hint: 'mend the lines named and run: meshturn fleet validate FILE',
    exit: 65,
    retryable: false,
  },
  FLEET_FILE_MISSING: {
    message: 'the fleet file cannot be read',
    hint: 'name an existing file: meshturn fleet validate FILE',
    exit: 65,
    retryable: false,
  },
  FLEET_FILE_SYNTAX: {
    message: 'it is not YAML',
    hint: 'mend the line named; lists and mappings are told apart by their indentation',
    exit: 65,
    retryable: false,
  },
  FLEET_KEY_UNKNOWN: {
    message: 'there is no such key',
    hint: 'remove it, or compare it with the keys that are known here',
    exit: 65,
    retryable: false,
  },
  FLEET_VALUE_INVALID: {
    message: 'the value is not valid',
    hint: 'see all keys and values: docs/fleet-file.md',
    exit: 65,
    retryable: false,
  },
  FLEET_KEY_TWICE: {
    message: 'the key is written twice',
    hint: 'keep one of the two',
    exit: 65,
    retryable: false,
  },
  FLEET_NAME_TAKEN: {
    message: 'the name is used twice',
    hint: 'give each mesh, and each cluster of a mesh, a name of its own',
    exit: 65,
    retryable: false,
  },
  FLEET_CLUSTER_UNKNOWN: {
    message: 'the cluster is not one that runs a control plane in this mesh',
    hint: 'name a cluster of the same mesh that has its own istiod',
    exit: 65,
    retryable: false,
  },
  FLEET_ACCESS_AMBIGUOUS: {
    message: 'a cluster is reached either from inside or by a kubeconfig',
    hint: 'remove inCluster, or kubeconfig and context',
    exit: 65,
    retryable: false,
  },
  ISSUER_NOT_SUPPORTED: {
    message: 'this issuer is not supported yet',
    hint: 'use issuer: { files: {} } and give the new CA as a folder of PEM files',
    exit: 65,
    retryable: false,
  },
  UNIT_REACH_SPLIT: {
    message: 'clusters that share one CA source are within reach of different workers',
    hint: 'give them the same reach in the fleet file: one worker writes their source, and proves it in all of them',
    exit: 65,
    retryable: false,
  },
  UNIT_POLICY_SPLIT: {
    message: 'clusters that share one CA source have policies that differ',
    hint: 'give them the same cronJob policy: they are written together',
    exit: 65,
    retryable: false,
  },
  NEW_CA_FOLDER_MISSING: {
    message: 'there is no such folder',
    hint: 'name the folder of the new CA; command line and worker both read it, by the same path',
    exit: 65,
    retryable: false,
  },
  NEW_CA_FILE_MISSING: {
    message: 'a file of the new CA is missing',
    hint: 'put root-cert.pem into the folder, and ca-cert.pem, ca-key.pem and cert-chain.pem into a folder per cluster',
    exit: 65,
    retryable: false,
  },
  NEW_CA_FILE_UNREADABLE: {
    message: 'a file of the new CA cannot be read',
    hint: 'let the user that the worker runs as read it',
    exit: 65,
    retryable: false,
  },
  NEW_CA_KEY_MISPLACED: {
    message: 'a file of the new CA that is handed out holds a private key',
    hint: 'take the key out of the file, and hold it for known to whoever could read that; only ca-key.pem has one',
    exit: 65,
    retryable: false,
  },
  NEW_CA_ROOT_DIFFERS: {
    message: 'a cluster of the new CA comes with other roots than the rest',
    hint: 'use one root-cert.pem for all clusters of the mesh',
    exit: 65,
    retryable: false,
  },
  NEW_CA_OTHER_ROOT: {
    message: 'the new intermediate is below a root that is not in use',
    hint: 'issue it from a root in use, or rotate to its root: --root DIR',
    exit: 65,
    retryable: false,
  },
  MESH_UNKNOWN: {
    message: 'no fleet file that was given names such a mesh',
    hint: 'name it as FLEET/MESH, and give the worker the same fleet file',
    exit: 65,
    retryable: false,
  },
  CLUSTER_UNKNOWN: {
    message: 'the fleet file names no such cluster',
    hint: 'the fleet file may have changed since the rotation began: put the cluster back',
    exit: 65,
    retryable: false,
  },
  UNIT_UNKNOWN: {
    message: 'no control plane of the mesh has this name and a CA source of its own',
    hint: 'the fleet file or a SecretProviderClass may have changed since the rotation began',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
