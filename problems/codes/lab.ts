import type { CodeEntry } from '../code.ts';

/** The lab: real components on loopback. */
export const labCodes = {
  LAB_GO_MISSING: {
    message: 'the components of the lab are built with Go, and there is none that does',
    hint: 'install Go from https://go.dev/dl, and have it on PATH; then: npm run lab:install',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_PYTHON_MISSING: {
    message: 'components of the lab are fetched with pip, and there is no Python 3 that has it',
    hint: 'install Python 3 and pip for it (Debian: python3-pip), with python3 on PATH; then: npm run lab:install',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_CACHE_UNUSABLE: {
    message: 'the folder that keeps the components of the lab cannot be made or read',
    hint: 'remove the file that is in its place, or give yourself leave to write there; XDG_CACHE_HOME names another folder on Linux; then: npm run lab:install',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_BUILD_FAILED: {
    message: 'the component of the lab could not be built or fetched',
    hint: 'found is the end of what was printed: free the disk, or have the package client reach its registry; then: npm run lab:install',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_NOT_INSTALLED: {
    message: 'the component of the lab is not installed',
    hint: 'npm run lab:install',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_COMPONENT_FAILED: {
    message: 'the component of the lab did not come up, or ended',
    hint: 'found is the end of its log; where a port was taken, the disk was full or the machine was short of memory, free it and start again: npm run lab; where the program itself is damaged, remove it from the folder that npm run lab:install names, and run that again',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_FOLDER_TOO_DEEP: {
    message: 'a path in the folder of the lab is too long for a socket',
    hint: 'have it made in a folder with a shorter path: TMPDIR=/tmp npm run lab',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_OBJECT_REFUSED: {
    message: 'the API server of the cluster refuses an object of the lab',
    hint: 'found is what it says: the simulation, which makes these objects, is to be mended in sim/demo/',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_PROGRAM_REFUSED: {
    message: 'the API server of the cluster refuses a request of the programs of the lab',
    hint: 'found is what it says: the rights of the programs are to be mended in lab/pods/rights.ts, or what they ask for in sim/',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
  LAB_NOT_READY: {
    message: 'the workloads of the cluster of the lab did not become ready',
    hint: 'give the machine more time or less else to do; then start again: npm run lab',
    exit: 1,
    retryable: false,
    stands: 'keeps',
  },
} as const satisfies Record<string, CodeEntry>;
