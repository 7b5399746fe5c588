/** The command line as a process, on a Node that `meshturn.js` has found to be new enough. */
import { main } from './process.ts';

await main();
