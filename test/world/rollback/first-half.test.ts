import { lanes, runLanes } from './run-lanes.ts';

// Half of them in each of two files, and so in two processes, one for each core.
runLanes(lanes.filter((_, at) => at % 2 === 0));
