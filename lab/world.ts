/** The lab with simulated istiods and proxies, as a process of its own. */
import { runLabProcess } from './world-process.ts';

await runLabProcess('simulated');
