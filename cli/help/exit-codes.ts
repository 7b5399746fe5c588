import { topic } from './topic.ts';

export const exitCodes = topic(
  'What the exit codes mean',
  `  0  it is done; of a rotation, that it has completed or was rolled back
  1  it failed, the answer was no, or a rotation is stopped and waits for a person, was aborted,
     or was turned back under start --wait
  2  plan --detailed-exitcode: there is something to do
  4  Key Vault, a cluster or Temporal refuses access
  8  rotation status: the rotation goes on
 64  the command line is wrong
 65  the fleet file, the new CA or a setting is wrong
 79  a check found problems
124  the time to wait is over; the rotation goes on
130  Ctrl-C; a rotation that was started goes on

Every error names a code in brackets: docs/problems.md says what it means.
`,
);
