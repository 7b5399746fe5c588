import { scenarios } from '../../../sim/scenarios/registry.ts';
import { runScenarios } from './run-scenarios.ts';

// Half of them in each of two files, and so in two processes, one for each core.
runScenarios(scenarios.filter((_, index) => index % 2 === 0));
