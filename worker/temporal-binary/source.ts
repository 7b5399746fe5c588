import type { Program } from './program.ts';

/** What every source is asked with. */
export interface Search {
  readonly program: Program;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the user's that keeps what was downloaded. */
  readonly cacheFolder: string;
}

/** A server that runs already, or a program that can be started. */
type Found = { readonly address: string } | { readonly path: string };

export type Outcome =
  | { readonly found: Found; readonly reason: string }
  | { readonly found?: undefined; readonly reason: string };

/** One way of getting the program. `look` never throws for a way that merely leads nowhere. */
export interface Source {
  readonly name: string;
  /** True where it fetches something from the internet: only with the caller's leave. */
  readonly downloads: boolean;
  look(search: Search): Outcome | Promise<Outcome>;
}
