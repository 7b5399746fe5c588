/** `npm run lab:install`: brings all components of the lab to the user's cache folder. Progress goes to stderr. */
import { userCacheFolder } from '../../worker/temporal-binary/cache.ts';
import { labCache } from '../component-path.ts';
import { components } from '../components.ts';
import { run } from '../run.ts';
import { install } from './install.ts';

const cacheFolder = userCacheFolder();
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

await run(async (signal) => {
  await install(components, { cacheFolder, environment: process.env, tell, signal });
  process.stdout.write(`The lab's components are in ${labCache(cacheFolder)}\n`);
});
