/** What a container answers to a command that its image does not have. */
export function notInImage(program = ''): {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
} {
  return { stdout: '', stderr: `exec: "${program}": executable file not found in $PATH\n`, exitCode: 127 };
}

/** Why a pod cannot be reached at a port on which nothing listens. */
export function notListening(port: number): Error {
  return new Error(`connect: connection refused: port ${port}`);
}
