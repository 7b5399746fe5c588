/** The lab with Istio's own istiods and proxies, as a process of its own. */
import { runLabProcess } from './world-process.ts';

await runLabProcess('real');
