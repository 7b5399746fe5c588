/** `npm run lab:install`: brings all components of the lab to the user's cache folder. Progress goes to stderr. */
import { userCacheFolder } from '../../worker/temporal-binary/cache.ts';
import { labCache } from '../component-path.ts';
import { components } from '../components.ts';
import { asksForHelp } from '../help.ts';
import { run } from '../run.ts';
import { demandNoArguments, installUsage } from './arguments.ts';
import { install } from './install.ts';

const cacheFolder = userCacheFolder();
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

await run(async (signal) => {
  const words = process.argv.slice(2);
  if (asksForHelp(words)) {
    process.stdout.write(
      `${installUsage}\nbrings the components of the lab that are missing to ${labCache(cacheFolder)}\n`,
    );
    return;
  }
  demandNoArguments(words);
  await install(components, { cacheFolder, environment: process.env, tell, signal });
  process.stdout.write(`The lab's components are in ${labCache(cacheFolder)}\n`);
});
