import { z } from 'zod';

/** What the offline machine prints, a line of JSON each: once it has made its root, and once it has signed. */
export const rootMade = z.object({
  /** The root's certificate: a file. */
  root: z.string(),
  /** What became of a connection to whoever is on the network. */
  connecting: z.string(),
});
export const requestsSigned = z.object({
  /** The folder that `ca sign` has written. */
  signed: z.string(),
});
